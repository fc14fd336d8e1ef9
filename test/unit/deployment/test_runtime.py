from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.policies import exported, metadata_for

from ballbot_fusion.core.spec import DEPLOYED_KEYS, Observation, ObservationSpec
from ballbot_fusion.deployment.export import random_observation
from ballbot_fusion.deployment.runtime import PolicyOutput, PolicyRuntime

SPEC = ObservationSpec.of(DEPLOYED_KEYS)
ALL = np.ones(len(SPEC), np.float32)


def runtime() -> PolicyRuntime:
    return PolicyRuntime(exported(DEPLOYED_KEYS), metadata_for(DEPLOYED_KEYS), "0" * 64)


@pytest.fixture
def policy() -> PolicyRuntime:
    return runtime()


def observation(seed: int) -> Observation:
    return random_observation(SPEC, np.random.default_rng(seed))


def with_images_of(vectors: Observation, images: Observation) -> Observation:
    return vectors | {entry.key: images[entry.key] for entry in SPEC.images}


def assert_same_bits(found: PolicyOutput, expected: PolicyOutput) -> None:
    assert found.action.tobytes() == expected.action.tobytes()
    assert found.features.tobytes() == expected.features.tobytes()


def test_shapes_and_types(policy: PolicyRuntime) -> None:
    action, features = policy.act(observation(0), ALL)
    assert (action.shape, action.dtype) == ((3,), np.float32)
    assert (features.shape, features.dtype) == ((62,), np.float32)


def test_frames_that_are_not_fresh_are_not_looked_at(policy: PolicyRuntime) -> None:
    expected = policy.act(with_images_of(observation(1), observation(0)), ALL)
    policy.act(observation(0), ALL)
    assert_same_bits(policy.act(observation(1), ALL, fresh=()), expected)


def test_one_fresh_frame_leaves_the_other_camera_alone(policy: PolicyRuntime) -> None:
    mixed = observation(1) | {"rgbd_0": observation(0)["rgbd_0"]}
    expected = runtime().act(mixed, ALL)
    policy.act(observation(0), ALL)
    assert_same_bits(policy.act(observation(1), ALL, fresh={"rgbd_1"}), expected)


def test_the_first_frame_is_encoded_though_nobody_calls_it_fresh(policy: PolicyRuntime) -> None:
    expected = runtime().act(observation(0), ALL)
    assert_same_bits(policy.act(observation(0), ALL, fresh=()), expected)


def test_reset_forgets_frames(policy: PolicyRuntime) -> None:
    policy.act(observation(0), ALL)
    policy.reset()
    assert_same_bits(policy.act(observation(1), ALL, fresh=()), runtime().act(observation(1), ALL))


def test_warm_up_leaves_no_frame_behind(policy: PolicyRuntime) -> None:
    assert policy.act(observation(0), ALL, fresh=()).features[15:35].any()
    assert_same_bits(
        policy.act(observation(0), ALL, fresh=()), runtime().act(observation(0), ALL, fresh=None)
    )


def counted(policy: PolicyRuntime) -> list[str]:
    """From now on, the keys of the encoders that run."""
    runs: list[str] = []

    class Counted:
        def __init__(self, key: str, session: Any) -> None:
            self._key, self._session = key, session

        def run(self, *arguments: Any) -> Any:
            runs.append(self._key)
            return self._session.run(*arguments)

    policy._encoders = {key: Counted(key, net) for key, net in policy._encoders.items()}  # type: ignore[misc]
    return runs


def test_encoders_run_once_per_frame(policy: PolicyRuntime) -> None:
    runs = counted(policy)
    for fresh in ({"rgbd_0", "rgbd_1"}, (), {"rgbd_1"}, (), ()):
        policy.act(observation(0), ALL, fresh)
    assert runs == ["rgbd_0", "rgbd_1", "rgbd_1"]


def test_what_was_looked_at_before_the_tick_is_not_encoded_in_it(policy: PolicyRuntime) -> None:
    runs, now = counted(policy), observation(0)
    policy.look({"rgbd_1": now["rgbd_1"], "another": now["rgbd_1"]})
    assert runs == ["rgbd_1"]
    output = policy.act(now, ALL, {"rgbd_0", "rgbd_1"})
    assert runs == ["rgbd_1", "rgbd_0"]
    assert_same_bits(output, runtime().act(now, ALL))


def test_only_that_very_image_was_looked_at(policy: PolicyRuntime) -> None:
    now = observation(1)
    policy.look({"rgbd_0": observation(0)["rgbd_0"]})
    assert_same_bits(policy.act(now, ALL), runtime().act(now, ALL))
    policy.look({"rgbd_0": observation(0)["rgbd_0"]})
    policy.reset()
    assert_same_bits(policy.act(now, ALL, ()), runtime().act(now, ALL))


def test_the_same_story_gives_the_same_bits() -> None:
    story = [(observation(k), ALL * (k % 3 > 0), {"rgbd_0"} if k % 2 else ()) for k in range(20)]
    first, second = runtime(), runtime()
    for part in story:
        assert_same_bits(first.act(*part), second.act(*part))
    first.reset()
    again = runtime()
    for part in story:
        assert_same_bits(first.act(*part), again.act(*part))


def test_what_was_answered_stays_what_it_was(policy: PolicyRuntime) -> None:
    """A caller may keep outputs: they are not buffers of the next call."""
    output = policy.act(observation(0), ALL)
    kept = (output.action.copy(), output.features.copy())
    policy.act(observation(1), ALL)
    assert_same_bits(output, PolicyOutput(*kept))


@pytest.mark.parametrize("key", DEPLOYED_KEYS)
def test_a_masked_modality_may_hold_nan(policy: PolicyRuntime, key: str) -> None:
    mask = ALL.copy()
    mask[SPEC.keys.index(key)] = 0.0
    expected = policy.act(observation(0), mask)
    nonsense = observation(0) | {key: np.full(SPEC[key].shape, np.nan, np.float32)}
    assert_same_bits(policy.act(nonsense, mask), expected)


def test_a_frame_of_nan_is_forgotten_with_the_next(policy: PolicyRuntime) -> None:
    expected = policy.act(observation(0), ALL)
    policy.act(observation(0) | {"rgbd_0": np.full((1, 64, 64), np.nan, np.float32)}, ALL)
    assert_same_bits(policy.act(observation(0), ALL, {"rgbd_0"}), expected)


def test_sizes_for_inspection(policy: PolicyRuntime) -> None:
    assert policy.fused_size == 62
    assert list(policy.feature_sizes.items()) == [
        (entry.key, 20 if entry.is_image else entry.size) for entry in SPEC
    ]


def test_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    import hashlib

    path = tmp_path / "policy.onnx"
    path.write_bytes(exported(DEPLOYED_KEYS).SerializeToString())
    assert PolicyRuntime.load(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
