import os
import signal
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from ballbot_fusion.core.spec import BALANCE_KEYS
from ballbot_fusion.training.env import ID
from ballbot_fusion.training.env.environment import BallbotEnv
from ballbot_fusion.training.env.vector import BallbotVectorEnv

SETTINGS: dict[str, Any] = {
    "keys": (*BALANCE_KEYS, "rgbd_0"),
    "grounds": 1,
    "rollout": {"terrains": ["flat"], "episode_s": 0.2},
}
COUNT, STEPS = 3, 50
"""More steps than an episode has: every environment begins anew."""


def actions(step: int) -> np.ndarray:
    return 0.3 * np.sin(np.arange(3 * COUNT).reshape(COUNT, 3) + step).astype(np.float32)


def singly(seed: int) -> list[tuple[dict[str, np.ndarray], float, bool, bool]]:
    """What single environments do under the same actions, begun anew where they end."""
    out = []
    for row in range(COUNT):
        env = BallbotEnv(SETTINGS)
        env.reset(seed=seed + row)
        for step in range(STEPS):
            observation, reward, terminated, truncated, _ = env.step(actions(step)[row])
            if terminated or truncated:
                observation, _ = env.reset()
            out.append((observation, reward, terminated, truncated))
    return out


@pytest.mark.parametrize("workers", [0, 2])
def test_it_does_what_single_environments_do(workers: int) -> None:
    envs = BallbotVectorEnv(COUNT, SETTINGS, workers=workers)
    try:
        envs.reset(seed=7)
        steps = [envs.step(actions(step)) for step in range(STEPS)]
    finally:
        envs.close()
    expected = singly(7)
    ends = 0
    for row in range(COUNT):
        for step in range(STEPS):
            observation, *rest = expected[row * STEPS + step]
            found, rewards, terminated, truncated, infos = steps[step]
            for key, value in observation.items():
                np.testing.assert_array_equal(found[key][row], value, err_msg=key)
            assert [rewards[row], terminated[row], truncated[row]] == rest
            if terminated[row] or truncated[row]:
                ends += 1
                assert infos["_final_obs"][row]
                assert infos["final_obs"][row]["mask"].shape == (len(SETTINGS["keys"]),)
    assert ends == COUNT


def test_gymnasium_makes_it() -> None:
    envs = gymnasium.make_vec(ID, num_envs=2, settings=SETTINGS, workers=0)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    observation, infos = envs.reset(seed=[5, 5])
    assert envs.observation_space.contains(observation)
    np.testing.assert_array_equal(observation["orientation"][0], observation["orientation"][1])
    assert infos["terrain"].tolist() == ["flat", "flat"]
    with pytest.raises(ValueError, match="3 seeds for 2"):
        envs.reset(seed=[1, 2, 3])


def test_a_failure_in_a_process_is_told() -> None:
    envs = BallbotVectorEnv(1, SETTINGS, workers=1)
    envs.reset(seed=0)
    with pytest.raises(RuntimeError, match="three finite numbers"):
        envs.step(np.full((1, 3), np.nan, np.float32))
    assert envs.closed


def test_a_process_that_is_gone_is_told() -> None:
    envs = BallbotVectorEnv(1, SETTINGS, workers=1)
    envs.reset(seed=0)
    os.kill(envs._processes[0].pid, signal.SIGKILL)
    envs._processes[0].join()
    with pytest.raises(RuntimeError, match="without a word"):
        envs.step(actions(0)[:1])
