"""The vector environment as stable-baselines3 wants it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from ballbot_fusion.core.spec import Observation
from ballbot_fusion.training.env.vector import BallbotVectorEnv


class BallbotVecEnv(VecEnv):
    """Adapter: the last observation of an episode and its kind of end go into ``infos``."""

    def __init__(self, envs: BallbotVectorEnv) -> None:
        """Wrap ``envs``; closing this closes them."""
        self._envs = envs
        super().__init__(envs.num_envs, envs.single_observation_space, envs.single_action_space)

    def reset(self) -> Observation:
        """Reset all, with the seeds that ``seed`` has set."""
        observation, _ = self._envs.reset(seed=list(self._seeds))
        self._reset_seeds()
        return observation

    def step_async(self, actions: NDArray[np.float32]) -> None:
        """Begin a step."""
        self._envs.step_async(actions)

    def step_wait(
        self,
    ) -> tuple[Observation, NDArray[np.float64], NDArray[np.bool_], list[dict[str, Any]]]:
        """End it."""
        observation, rewards, terminated, truncated, told = self._envs.step_wait()
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for row in np.flatnonzero(terminated | truncated):
            infos[row] = {
                "terminal_observation": told["final_obs"][row],
                "TimeLimit.truncated": bool(truncated[row] and not terminated[row]),
            }
        return observation, rewards, terminated | truncated, infos

    def close(self) -> None:
        """End the processes."""
        self._envs.close()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:  # noqa: ARG002
        """Return an attribute that is the same for all; there is none but ``render_mode``."""
        if attr_name != "render_mode":
            raise AttributeError(f"Environments in other processes do not tell {attr_name!r}.")
        return [None] * self.num_envs

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Refuse: settings are given when the environments are made."""
        raise NotImplementedError(f"{attr_name} cannot be set; make new environments.")

    def env_method(self, method_name: str, *args: Any, **kwargs: Any) -> list[Any]:
        """Refuse: the environments are in other processes."""
        raise NotImplementedError(f"{method_name} cannot be called in other processes.")

    def env_is_wrapped(
        self,
        wrapper_class: type,  # noqa: ARG002
        indices: Any = None,  # noqa: ARG002
    ) -> list[bool]:
        """Nothing is wrapped."""
        return [False] * self.num_envs
