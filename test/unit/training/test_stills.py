"""Stills are ticks like those of drives: sensed consistently, labelled, mostly before hazards."""

import numpy as np
import pytest

from ballbot_fusion.core import rotation
from ballbot_fusion.core.kinematics import BallKinematics
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.training.dataset import Samples, joined
from ballbot_fusion.training.image_rows import worth
from ballbot_fusion.training.settings import TrainSettings
from ballbot_fusion.training.stills import Stills

ROBOT = RobotConfig()
SETTINGS = TrainSettings.model_validate(
    {
        "name": "tiny",
        "rollout": {"terrains": ["flat", "walls", "edges"]},
        "stills": {"courses": 2, "per_course": 8, "plain_share": 0.1},
    }
)
SPEC = ObservationSpec.of(DEPLOYED_KEYS)


@pytest.fixture(scope="module")
def samples() -> Samples:
    return joined([Stills(SETTINGS, ROBOT, seed).take() for seed in range(4)])


def test_most_show_what_matters_and_all_are_trusted(samples: Samples) -> None:
    assert len(samples) > 20
    assert (worth(samples, SPEC) == 2).mean() > 0.5
    assert samples.mask.all()
    assert list(samples.episode_begins()) == list(range(len(samples)))


def test_values_are_those_of_the_spec_and_frames_are_its_own(samples: Samples) -> None:
    for entry in SPEC.vectors:
        values = samples.vectors[entry.key]
        assert values.shape == (len(samples), *entry.shape)
        assert (values >= entry.low).all()
        assert (values <= entry.high).all()
    for entry in SPEC.images:
        index, frames = samples.frame_index[entry.key], samples.frames[entry.key]
        assert len(set(index)) == len(samples)
        assert frames.shape[1:] == entry.shape
        assert (frames[index].reshape(len(samples), -1).std(axis=1) > 0.01).all()


def test_the_wheels_turn_as_the_ball_rolls(samples: Samples) -> None:
    kinematics = BallKinematics.of(ROBOT)
    scale = SPEC["motor_state"].scale
    for row in range(len(samples)):
        lean, rate, wheels, velocity = (
            tuple(map(float, samples.vectors[key][row]))
            for key in ("orientation", "angular_vel", "motor_state", "vel")
        )
        speeds = (scale * wheels[0], scale * wheels[1], scale * wheels[2])
        found = kinematics.ball_velocity(speeds, rate, rotation.from_rotation_vector(lean))
        np.testing.assert_allclose(found, velocity, atol=2e-3)


def test_the_same_seed_gives_the_same_and_another_other_places(samples: Samples) -> None:
    again, other = (Stills(SETTINGS, ROBOT, seed).take() for seed in (0, 4))
    count = len(again)
    for key, frames in again.frames.items():
        np.testing.assert_array_equal(frames[1:], samples.frames[key][1 : count + 1])
    np.testing.assert_array_equal(again.velocities, samples.velocities[:count])
    assert (other.vectors["vel"][0] != samples.vectors["vel"][0]).any()


def test_what_stills_cannot_show_is_refused() -> None:
    keys = (*DEPLOYED_KEYS, "instruction")
    with pytest.raises(ValueError, match="instruction"):
        Stills(SETTINGS.model_copy(update={"keys": keys}), ROBOT, 0)


def test_stills_without_a_course_are_refused() -> None:
    with pytest.raises(ValueError, match="stills need a course"):
        TrainSettings.model_validate(
            {"name": "flat", "stills": {}, "rollout": {"terrains": ["flat", "rough"]}}
        )
