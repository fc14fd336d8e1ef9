from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from support.policies import exported, keys_of
from support.recorded import SPEC, recorded

from ballbot_fusion.core.spec import DEPLOYED_KEYS, INSTRUCTION, ObservationSpec
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.evaluation.fusion import recording
from ballbot_fusion.evaluation.fusion.recording import KEYS, record
from ballbot_fusion.evaluation.fusion.samples import LEVELS, RecordedSamples, SamplesError

ROOT = Path(__file__).parents[4]
COMMITTED = ROOT / "docs" / "results" / "fusion" / "samples.npz"


def test_what_is_saved_is_read_again_images_to_half_a_step(tmp_path: Path) -> None:
    samples = recorded()
    samples.save(tmp_path / "s.npz")
    found = RecordedSamples.load(tmp_path / "s.npz")
    assert found.keys == samples.keys
    assert found.origin["provenance"] == samples.origin["provenance"]
    assert np.array_equal(found.mask, samples.mask)
    assert found.episode.tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    for entry in SPEC:
        error = np.abs(found.values[entry.key] - samples.values[entry.key]).max()
        assert error <= (0.51 / LEVELS if entry.is_image else 0.0)
    assert [path.name for path in tmp_path.iterdir()] == ["s.npz"]


def test_mask_and_observation_follow_the_order_of_the_policy() -> None:
    samples = recorded()
    mask = np.arange(samples.mask.size, dtype=np.float32).reshape(samples.mask.shape)
    samples = replace(samples, mask=mask)
    spec = ObservationSpec.of(["rgbd_1", "vel"])
    assert list(samples.observation(2, spec)) == ["rgbd_1", "vel"]
    columns = [samples.keys.index("rgbd_1"), samples.keys.index("vel")]
    assert samples.mask_of(2, spec).tolist() == mask[2, columns].tolist()


def test_a_stack_holds_the_recorded_frame_again() -> None:
    samples, spec = recorded(), ObservationSpec.of(["vel", "rgbd_stack_1"])
    samples.check(spec)
    stack = samples.observation(5, spec)["rgbd_stack_1"]
    assert stack.shape == spec["rgbd_stack_1"].shape
    assert (stack == samples.values["rgbd_1"][5]).all()
    assert samples.mask_of(5, spec).tolist() == [1.0, 1.0]


def test_what_a_policy_needs_and_nobody_recorded_is_named() -> None:
    with pytest.raises(SamplesError, match=r"also needs \['motor_state'\].*probe samples"):
        recorded().check(ObservationSpec.of(["vel", "motor_state"]))


def test_another_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SamplesError, match="ballbot probe samples"):
        RecordedSamples.load(tmp_path / "none.npz")
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(SamplesError, match="holds no recorded samples"):
        RecordedSamples.load(tmp_path / "other.npz")


def test_a_drive_is_recorded_whole_and_with_every_sensor_healthy() -> None:
    observations, masks = record(str(policy_path("default")), "flat", 10_000, 2.5)
    assert len(observations) == len(masks) == 4
    assert list(observations[0]) == list(KEYS)
    assert np.min(np.array(masks)) == 1.0
    assert len({entry[INSTRUCTION].tobytes() for entry in observations}) == 2, "one every 2 s"
    assert any(entry["command"].any() for entry in observations)
    assert len({float(entry["image_age"][0]) for entry in observations}) > 1


def test_a_policy_of_stacks_is_recorded_in_single_frames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stacks.onnx"
    onnx.save(exported(keys_of("frame_stack"), "frame_stack"), path)
    monkeypatch.setattr(recording, "SETTLED_S", 0.0)
    observations, masks = record(str(path), "flat", 10_000, 0.6)
    assert observations
    assert list(observations[0]) == list(KEYS)
    assert observations[0]["rgbd_0"].shape == ObservationSpec.of(KEYS)["rgbd_0"].shape
    assert observations[0]["rgbd_0"].max() > 0.0
    assert masks[0][KEYS.index("rgbd_1")] == 1.0


def test_the_newest_frame_of_a_stack_is_kept_and_all_else_as_it_is() -> None:
    stack = np.arange(4.0, dtype=np.float32)[:, None, None] * np.ones((4, 2, 2), np.float32) + 1
    given = {"vel": np.ones(3, np.float32), "rgbd_stack_1": stack}
    found = recording.single_frames(given)
    assert list(found) == ["vel", "rgbd_1"]
    assert found["vel"].tolist() == [1.0, 1.0, 1.0]
    assert found["rgbd_1"].tolist() == np.ones((1, 2, 2)).tolist()


def test_the_committed_samples_fit_the_default_policy_and_are_small() -> None:
    samples = RecordedSamples.load(COMMITTED)
    samples.check(ObservationSpec.of(DEPLOYED_KEYS))
    assert "+changes" not in samples.origin["provenance"]["revision"]
    assert COMMITTED.stat().st_size < 1.5e6
    assert len(np.unique(samples.episode)) == len(samples.origin["worlds"])
