"""Some environments of a vector, and the process that steps them."""

import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from ballbot_fusion.simulation.workers import begin_worker
from ballbot_fusion.training.env.environment import BallbotEnv
from ballbot_fusion.training.env.shared import Batch

Infos = list[tuple[int, dict[str, Any]]]
"""What there is to tell, with the row of the environment that tells it."""
FAILED = "failed"
"""Answer of a process that cannot go on, with the reason."""


class Rows:
    """Steps the environments of ``rows`` of a batch, one after the other."""

    def __init__(self, batch: Batch, rows: Sequence[int], make: Callable[[], BallbotEnv]) -> None:
        """Make them."""
        self._batch, self._envs = batch, {row: make() for row in rows}

    def reset(self, seeds: Sequence[int | None], options: dict[str, Any] | None) -> Infos:
        """Reset all; ``seeds`` are those of the whole batch."""
        infos: Infos = []
        for row, env in self._envs.items():
            observation, info = env.reset(seed=seeds[row], options=options)
            self._batch.show(row, observation)
            infos.append((row, info))
        return infos

    def step(self) -> Infos:
        """Step all by the batch's actions; what ended begins again in the same step.

        The last observation of what ended is in its info, as Gymnasium's SAME_STEP has it.
        """
        batch = self._batch
        infos: Infos = []
        for row, env in self._envs.items():
            observation, reward, terminated, truncated, info = env.step(batch.actions[row])
            batch.rewards[row] = reward
            batch.terminated[row], batch.truncated[row] = terminated, truncated
            if terminated or truncated:
                last = {"final_obs": observation, "final_info": info}
                observation, info = env.reset()
                infos.append((row, {**info, **last}))
            batch.show(row, observation)
        return infos


def serve(
    pipe: Connection, batch: Batch, rows: Sequence[int], make: Callable[[], BallbotEnv]
) -> None:
    """Run a process: do what comes through ``pipe`` (a method of Rows and its arguments)."""
    begin_worker()
    try:
        own = Rows(batch, rows, make)
        while True:
            method, arguments = pipe.recv()
            pipe.send((None, getattr(own, method)(*arguments)))
    except EOFError:  # the parent has closed its end, or is gone
        return
    except Exception:
        pipe.send((FAILED, traceback.format_exc()))
