"""DAgger from end to end, small: it learns, and an interrupt changes nothing."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.training import dagger
from ballbot_fusion.training.checkpoint import CHECKPOINT, Checkpoint, CheckpointError
from ballbot_fusion.training.curves import EVERY, FOLDER
from ballbot_fusion.training.dagger import Dagger
from ballbot_fusion.training.rollout import Rollout
from ballbot_fusion.training.settings import TrainSettings
from ballbot_fusion.training.shared import SharedRounds
from ballbot_fusion.training.student import exported

SETTINGS = TrainSettings.model_validate(
    {
        "name": "tiny",
        "workers": 1,
        "rollout": {"episode_s": 0.5, "terrains": ["flat", "pillars"], "keep_every": 2},
        "stills": {"courses": 2, "per_course": 4},
        "dagger": {"rounds": 2, "episodes_per_round": 2},
        "fit": {
            "steps_per_round": 40, "final_steps": 40, "batch": 32, "image_rows": 8,
            "warmup_steps": 2, "image_dropout": 0.3, "mirrored_share": 0.5,
        },
    }
)  # fmt: skip


class Counting:
    """Progress that stops the run, as Ctrl-C does, at some unit of some part."""

    def __init__(self, part: int = -1, unit: int = -1) -> None:
        self.parts: list[int] = []
        self._stop = part, unit

    def begin(self, what: str, total: int) -> None:
        self.parts.append(0)

    def advance(self, note: str = "") -> None:
        self.parts[-1] += 1
        if (len(self.parts) - 1, self.parts[-1]) == self._stop:
            raise KeyboardInterrupt


def trained(directory: Path, progress: Counting | None = None) -> Checkpoint:
    return Dagger(SETTINGS, RobotConfig(), directory, progress or Counting()).run()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a run that nothing interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dagger, "SAVE_EVERY", 5)
        trained(folder)
    return folder


@pytest.fixture
def uninterrupted(whole: Path) -> Checkpoint:
    return Checkpoint.load(whole / CHECKPOINT)


@pytest.mark.parametrize(
    ("part", "unit"), [(0, 1), (1, 1), (4, 38)], ids=["stills", "roll-out", "fit"]
)
def test_resumed_is_as_uninterrupted(
    part: int, unit: int, uninterrupted: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dagger, "SAVE_EVERY", 5)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path, Counting(part, unit))
    torch.rand(7)  # whatever else the process does meanwhile
    progress = Counting()
    found = trained(tmp_path, progress)
    assert sum(progress.parts) < 2 + 2 * (2 + 40), "it began anew"
    assert found.losses == uninterrupted.losses
    for name, values in uninterrupted.weights.items():
        assert torch.equal(found.weights[name], values), name


def test_losses_fall_and_curves_are_written(uninterrupted: Checkpoint, whole: Path) -> None:
    assert uninterrupted.rounds_done == 2
    assert uninterrupted.steps_done == 80
    assert np.isfinite(uninterrupted.losses).all()
    curves = EventAccumulator(str(whole / FOLDER)).Reload()
    points = curves.Scalars("loss/action")
    assert [point.step for point in points] == list(range(0, 80, EVERY))
    assert points[3].value < 0.5 * points[0].value, "within the first round"


def test_another_run_is_not_continued(tmp_path: Path, uninterrupted: Checkpoint) -> None:
    uninterrupted.save(tmp_path / CHECKPOINT)
    other = SETTINGS.model_copy(update={"seed": 1})
    with pytest.raises(CheckpointError, match="other settings"):
        Dagger(other, RobotConfig(), tmp_path, Counting())


FEW = SETTINGS.model_copy(
    update={
        "keys": ("vel", "orientation", "rgbd_1", "command"),
        "name": "few",
        "fit": SETTINGS.fit.model_copy(update={"mirrored_share": 0.0}),
    }
)
"""Another policy: fewer modalities, in another order, and what it sees has no reflection."""


def test_the_roll_outs_of_another_run_are_begun_with(
    tmp_path: Path, whole: Path, uninterrupted: Checkpoint
) -> None:
    progress = Counting()
    found = Dagger(FEW, RobotConfig(), tmp_path, progress, whole).run()
    assert progress.parts == [40, 2, 40], "fit, roll-outs, fit"
    theirs, ticks = uninterrupted.provenance["ticks"], found.provenance["ticks"]
    assert found.provenance["dataset"] == {
        "policy": "tiny", "seed": 0, "revision": None, "ticks": theirs,
    }  # fmt: skip
    assert ticks > theirs
    with pytest.raises(CheckpointError, match="same --dataset"):
        Dagger(FEW, RobotConfig(), tmp_path, Counting())


def test_where_no_sensor_may_fail_ticks_in_which_one_did_are_left_out(whole: Path) -> None:
    everything = SharedRounds(whole, FEW).load()
    assert not everything.mask.all(), "their sensors fail"
    certain = SharedRounds(whole, FEW.model_copy(update={"outages": None})).load()
    assert certain.mask.all()
    assert len(certain) == everything.mask.all(axis=1).sum() > 0


@pytest.mark.parametrize(
    ("change", "says"),
    [({"keys": ("vel", "rgb_0")}, "needs"), ({"rate_hz": 100}, "at 200 Hz")],
)
def test_roll_outs_that_do_not_fit_are_refused(
    change: dict[str, object], says: str, tmp_path: Path, whole: Path
) -> None:
    with pytest.raises(CheckpointError, match=says):
        Dagger(FEW.model_copy(update=change), RobotConfig(), tmp_path, Counting(), whole)


def test_an_unfinished_run_and_a_lost_round_are_refused(
    tmp_path: Path, uninterrupted: Checkpoint
) -> None:
    uninterrupted.save(tmp_path / CHECKPOINT)
    lost = Dagger(FEW, RobotConfig(), tmp_path / "few", Counting(), tmp_path)
    with pytest.raises(CheckpointError, match="is gone"):
        lost.run()
    uninterrupted.rounds_done = 1
    uninterrupted.save(tmp_path / CHECKPOINT)
    with pytest.raises(CheckpointError, match="1 of 2"):
        Dagger(FEW, RobotConfig(), tmp_path / "few", Counting(), tmp_path)


REMEMBERING = TrainSettings.model_validate(
    {
        "name": "remembering",
        "architecture": "lstm",
        "dagger": {"rounds": 1, "episodes_per_round": 2},
        "fit": {"final_steps": 24, "batch": 32, "image_rows": 8, "sequence": 4, "carried": 8},
        "rollout": {"keep_every": 2},
    }
)  # fmt: skip
"""A recurrent policy, fitted to the other run's roll-outs."""


def test_a_memory_is_resumed_as_uninterrupted(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted where streams go on: after 15 steps, of which 8 carry one memory."""
    monkeypatch.setattr(dagger, "SAVE_EVERY", 5)

    def remembering(name: str, progress: Counting) -> Checkpoint:
        return Dagger(REMEMBERING, RobotConfig(), tmp_path / name, progress, whole).run()

    uninterrupted = remembering("whole", Counting())
    with pytest.raises(KeyboardInterrupt):
        remembering("parts", Counting(0, 18))
    kept = Checkpoint.load(tmp_path / "parts" / CHECKPOINT)
    assert kept.step == 15
    assert kept.memory is not None
    assert kept.memory.any()
    found = remembering("parts", Counting())
    assert found.losses == uninterrupted.losses
    for name, values in uninterrupted.weights.items():
        assert torch.equal(found.weights[name], values), name


BALANCE = TrainSettings.model_validate(
    {
        "name": "balance",
        "keys": ["orientation", "angular_vel", "vel", "motor_state", "actions"],
        "workers": 1,
        "rollout": {
            "episode_s": 3.0, "terrains": ["flat"], "keep_every": 1,
            "standing_share": 1.0, "roaming_share": 0.0, "push_n": 0.0,
        },
        "dagger": {"rounds": 1, "episodes_per_round": 4},
        "fit": {"final_steps": 400, "batch": 128, "warmup_steps": 20},
    }
)  # fmt: skip


def upright_s(policy: FusionPolicy) -> float:
    """How long the policy keeps the robot upright, of three seconds."""
    driver = PolicyRuntime.of_model(exported(policy, BALANCE, RobotConfig()))
    samples = Rollout(BALANCE, RobotConfig(), (9, 9)).run(driver)
    return len(samples) / BALANCE.rate_hz


def test_one_round_beats_its_start(tmp_path: Path) -> None:
    run = Dagger(BALANCE, RobotConfig(), tmp_path, Counting())
    before = upright_s(run.policy)
    run.run()
    assert before < 1.5
    assert upright_s(run.policy) > 2.0 * before
