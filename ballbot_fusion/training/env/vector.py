"""Many environments on all cores: a process per core, each with its share of them.

What limits it is Python on each core: of a step's time, blind and under a profiler, MuJoCo takes a
tenth, reading sensors and motors every millisecond a third, and the tick, which judges and fuses
their samples, the rest. So processes beyond the cores bring nothing: these have several
environments each and are woken once a step, where AsyncVectorEnv has a process per environment.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ballbot_fusion.core.spec import Observation
from ballbot_fusion.simulation.workers import ONE_THREAD, environment
from ballbot_fusion.training.env.environment import BallbotEnv
from ballbot_fusion.training.env.rows import FAILED, Infos, Rows, serve
from ballbot_fusion.training.env.settings import EnvSettings
from ballbot_fusion.training.env.shared import Batch

Seeds = int | Sequence[int | None] | None
Step = tuple[Observation, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]


class BallbotVectorEnv(VectorEnv):
    """``num_envs`` environments, stepped together; what ends begins again in the same step.

    The same seeds give the same bits as single environments do, however many processes there are.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012
        "autoreset_mode": AutoresetMode.SAME_STEP,
        "render_modes": [],
    }

    def __init__(
        self,
        num_envs: int = 2,
        settings: EnvSettings | Mapping[str, Any] | None = None,
        *,
        workers: int = 2,
        **others: Any,
    ) -> None:
        """Start the processes.

        Args:
            num_envs: how many environments.
            settings: of each; see BallbotEnv.
            workers: processes, at most one for each environment; 0: all run in this process.
            others: further arguments of BallbotEnv, of a kind that can be sent to a process.

        Raises:
            ValueError: settings that make no sense.
        """
        make = partial(BallbotEnv, settings, **others)
        single, context = make(), get_context("spawn")
        self.num_envs = num_envs
        self.single_observation_space = single.observation_space
        self.single_action_space = single.action_space
        self.observation_space = batch_space(single.observation_space, num_envs)
        self.action_space = batch_space(single.action_space, num_envs)
        self._batch = Batch.new(single.sensing.spec, num_envs, context)
        workers = min(workers, num_envs)
        self._own = None if workers else Rows(self._batch, range(num_envs), make)
        self._pipes: list[Connection] = []
        self._processes = []
        for rows in np.array_split(range(num_envs), workers) if workers else []:
            pipe, theirs = context.Pipe()
            arguments = (theirs, self._batch, rows.tolist(), make)
            process = context.Process(target=serve, args=arguments, daemon=True)
            with environment(ONE_THREAD):
                process.start()
            theirs.close()
            self._pipes.append(pipe)
            self._processes.append(process)

    def reset(
        self, *, seed: Seeds = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Reset all; environment N gets ``seed`` + N, or its own of a list.

        Raises:
            ValueError: a list of another length than there are environments.
            RuntimeError: a process failed.
        """
        super().reset(seed=seed if isinstance(seed, int) else None)
        self._send("reset", (self._seeds(seed), options))
        infos = self._answers()
        return self._batch.copied(), infos

    def _seeds(self, seed: Seeds) -> list[int | None]:
        if seed is None or isinstance(seed, int):
            return [None if seed is None else seed + row for row in range(self.num_envs)]
        if len(seed) != self.num_envs:
            raise ValueError(
                f"Found {len(seed)} seeds for {self.num_envs} environments. Give one for each, or "
                "a number."
            )
        return list(seed)

    def step(self, actions: NDArray[np.float32]) -> Step:
        """Step all by ``actions`` (num_envs, 3)."""
        self.step_async(actions)
        return self.step_wait()

    def step_async(self, actions: NDArray[np.float32]) -> None:
        """Begin a step; end it by ``step_wait``."""
        self._batch.actions[:] = actions
        self._send("step", ())

    def step_wait(self) -> Step:
        """Return what became of the step: copies, which no later step changes.

        Raises:
            RuntimeError: a process failed.
        """
        infos, batch = self._answers(), self._batch
        ended = (batch.rewards.copy(), batch.terminated.copy(), batch.truncated.copy())
        return batch.copied(), *ended, infos

    def _send(self, method: str, arguments: tuple[Any, ...]) -> None:
        if self._own is not None:
            self._told: Infos = getattr(self._own, method)(*arguments)
        for pipe in self._pipes:
            with suppress(OSError):  # the process is gone: reading its answer says so
                pipe.send((method, arguments))

    def _answers(self) -> dict[str, Any]:
        told = self._told if self._own is not None else []
        for pipe in self._pipes:
            told = told + self._answer(pipe)
        infos: dict[str, Any] = {}
        for row, info in told:
            infos = self._add_info(infos, info, row)
        return infos

    def _answer(self, pipe: Connection) -> Infos:
        try:
            failed, answer = pipe.recv()
        except (EOFError, OSError):
            failed, answer = FAILED, "It ended without a word: look for a lack of memory."
        if failed:
            self.close()
            raise RuntimeError(f"A process that steps environments failed.\n{answer}")
        found: Infos = answer
        return found

    def close_extras(self, **_: Any) -> None:
        """End the processes: those that hear that the pipe is closed do it by themselves."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(5.0)
            if process.is_alive():
                process.terminate()
                process.join()
