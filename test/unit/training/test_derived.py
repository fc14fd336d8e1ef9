"""What follows from stored roll-outs is what the tick itself would have observed."""

from pathlib import Path

import numpy as np
import pytest
from support.policies import STACKED

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import DEPLOYED_KEYS, SEED_KEYS, ObservationSpec
from ballbot_fusion.training.dataset import Samples, joined
from ballbot_fusion.training.derived import completed, missing
from ballbot_fusion.training.rollout import Rollout
from ballbot_fusion.training.settings import TrainSettings

HISTORY_KEYS = (*DEPLOYED_KEYS, "vel_history")
KEPT_NS = 25e6


def rolled_out(keys: tuple[str, ...], number: int) -> Samples:
    settings = TrainSettings.model_validate(
        {
            "name": "tiny", "keys": keys, "outages": None,
            "rollout": {"episode_s": 0.6, "terrains": ["flat"], "keep_every": 5},
        }
    )  # fmt: skip
    return Rollout(settings, RobotConfig(), (0, number)).run(None)


@pytest.fixture(scope="module")
def plain() -> list[Samples]:
    return [rolled_out(DEPLOYED_KEYS, number) for number in range(2)]


def by_an_earlier_version(samples: Samples, path: Path) -> Samples:
    """The same from a file that does not say where episodes begin."""
    samples.save(path)
    with np.load(path) as arrays:
        np.savez(path, **{name: arrays[name] for name in arrays.files if name != "episode"})
    return Samples.load(path)


def test_episodes_are_numbered_in_new_files_and_found_in_old_ones(
    plain: list[Samples], tmp_path: Path
) -> None:
    together = joined([joined(plain), plain[0]])
    lengths = [len(plain[0]), len(plain[1]), len(plain[0])]
    np.testing.assert_array_equal(together.episode, np.repeat([0, 1, 2], lengths))
    together.save(tmp_path / "new.npz")
    np.testing.assert_array_equal(Samples.load(tmp_path / "new.npz").episode, together.episode)
    old = by_an_earlier_version(together, tmp_path / "old.npz")
    np.testing.assert_array_equal(old.episode, together.episode)
    np.testing.assert_array_equal(np.unique(old.episode_begins()), np.cumsum([0, *lengths[:2]]))


def test_old_roll_outs_without_cameras_do_not_know_their_episodes(
    plain: list[Samples], tmp_path: Path
) -> None:
    blind = plain[0].for_keys(ObservationSpec.of(DEPLOYED_KEYS), ObservationSpec.of(["vel"]))
    old = by_an_earlier_version(blind, tmp_path / "old.npz")
    assert old.episode is None
    assert joined([old, blind]).episode is None
    with pytest.raises(ValueError, match="where their episodes begin"):
        old.episode_begins()


def test_a_derived_history_is_the_observed_one(plain: list[Samples]) -> None:
    spec = ObservationSpec.of(HISTORY_KEYS)
    observed = joined([rolled_out(HISTORY_KEYS, number) for number in range(2)])
    derived = completed(joined(plain), ObservationSpec.of(DEPLOYED_KEYS), spec, KEPT_NS)
    found, expected = (s.vectors["vel_history"] for s in (derived, observed))
    np.testing.assert_array_equal(found, expected)
    assert found.shape[1:] == spec["vel_history"].shape
    assert np.abs(found).max() > 0.01
    np.testing.assert_array_equal(derived.mask, observed.mask)
    assert derived.mask[:, -1].mean() > 0.5


def test_derived_stacks_are_the_observed_ones(plain: list[Samples]) -> None:
    keys = tuple(STACKED.get(key, key) for key in DEPLOYED_KEYS)
    spec = ObservationSpec.of(keys)
    observed = joined([rolled_out(keys, number) for number in range(2)])
    derived = completed(joined(plain), ObservationSpec.of(DEPLOYED_KEYS), spec, KEPT_NS)
    rows = np.arange(len(derived))
    for key in spec.keys[5:7]:
        np.testing.assert_array_equal(derived.frames[key], observed.frames[key])
        assert derived.frames[key].shape[1:] == (1, 64, 64), "each frame is kept once"
        found, expected = (s.batch(rows, len(s))[0][key] for s in (derived, observed))
        assert found.shape == (len(rows), 4, 64, 64)
        np.testing.assert_array_equal(found, expected)
        assert found[-1].any(axis=(1, 2)).all()
    np.testing.assert_array_equal(derived.mask, observed.mask)


def test_stills_of_one_course_are_not_stacked_on_one_another() -> None:
    """Each is an episode of one tick elsewhere; their frames lie side by side in the file."""
    keys = ("rgbd_0", "image_age")
    ages = np.array([[0.04, 0.04], [0.03, 0.03], [0.02, 0.02]], np.float32)
    frames = np.arange(4, dtype=np.float16)[:, None, None, None] * np.ones((1, 64, 64), np.float16)
    stills = Samples(
        {"image_age": ages}, {"rgbd_0": frames}, {"rgbd_0": np.arange(1, 4)},
        np.ones((3, 2), np.float32), np.zeros((3, 4, 3)), np.zeros((3, 4, 3)), np.arange(3),
    )  # fmt: skip
    spec = ObservationSpec.of(["rgbd_stack_0", "image_age"])
    derived = completed(stills, ObservationSpec.of(keys), spec, KEPT_NS)
    stacks = derived.batch(np.arange(3), 3)[0]["rgbd_stack_0"]
    np.testing.assert_array_equal(stacks[:, 0, 0, 0], [1.0, 2.0, 3.0])
    assert not stacks[:, 1:].any(), "none has a frame behind it"


def test_what_cannot_be_derived_is_named() -> None:
    given, wanted = ObservationSpec.of(SEED_KEYS), ObservationSpec.of(HISTORY_KEYS)
    assert missing(wanted, given, KEPT_NS) == ["command", "slope", "image_age"]
    assert missing(wanted, ObservationSpec.of(DEPLOYED_KEYS), 15e6) == ["vel_history"]
