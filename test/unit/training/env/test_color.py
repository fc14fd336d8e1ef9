"""The environment with colour cameras. Skipped, by name, where there is no OpenGL."""

import warnings
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.spec import DEPLOYED_KEYS
from ballbot_fusion.simulation.faults import Fault
from ballbot_fusion.simulation.rendering.renderer import RendererError
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.terrain import make_terrain
from ballbot_fusion.training.env import ID
from ballbot_fusion.training.env.environment import BallbotEnv

KEYS = tuple(key.replace("rgbd", "rgb") for key in DEPLOYED_KEYS)
SEEING: dict[str, Any] = {"keys": KEYS, "rollout": {"terrains": ["flat"]}}


@pytest.fixture(scope="module")
def colored() -> RobotConfig:
    """The robot that the environment simulates for these keys."""
    robot = BallbotEnv(SEEING).robot
    try:
        make_renderer("rays", robot, make_terrain("flat", 0))[0].close()
    except RendererError as error:
        pytest.skip(f"OpenGL does not work here: {error}")
    return robot


def test_gymnasium_is_content(colored: RobotConfig) -> None:
    env = gymnasium.make(ID, settings=SEEING)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env.unwrapped, skip_render_check=True)


def test_colour_is_seen_trusted_and_new_with_every_frame(colored: RobotConfig) -> None:
    env = BallbotEnv(SEEING, robot=colored)
    seen = [env.reset(seed=1)[0]]
    seen += [env.step(np.zeros(3, np.float32))[0] for _ in range(20)]
    for observation in seen:
        assert env.observation_space.contains(observation)
        assert observation["mask"].all()
    for key in ("rgb_0", "rgb_1"):
        assert seen[0][key].std() > 0.01
        assert 3 <= len({observation[key].tobytes() for observation in seen}) <= 5
    again = BallbotEnv(SEEING).reset(seed=1)[0]
    assert all(np.array_equal(again[key], seen[0][key]) for key in again)


def test_a_covered_camera_is_masked(colored: RobotConfig) -> None:
    env = BallbotEnv(SEEING, robot=colored, faults=(Fault("black", Source.CAMERA_0),))
    env.reset(seed=1)
    for _ in range(30):
        observation, *_ = env.step(np.zeros(3, np.float32))
    mask = dict(zip(KEYS, observation["mask"], strict=True))
    assert (mask["rgb_0"], mask["rgb_1"]) == (0.0, 1.0)


def test_a_robot_of_the_other_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'rgb_0'.*'color'.*'depth'"):
        BallbotEnv(SEEING, robot=RobotConfig())
