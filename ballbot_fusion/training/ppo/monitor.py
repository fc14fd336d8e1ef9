"""Watches PPO at work: progress, and returns of the episodes that ended."""

from collections.abc import Callable

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class Monitor(BaseCallback):
    """Collects returns until they are taken; ``each`` is called after every roll-out."""

    def __init__(self, each: Callable[[str], None]) -> None:
        """``each`` is told how it goes, in words."""
        super().__init__()
        self._each = each
        self._returns: list[float] = []

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self._returns.append(float(info["episode"]["r"]))
        return True

    def _on_rollout_end(self) -> None:
        self._each(f"return {self.mean:.2f} of {len(self._returns)} episodes")

    @property
    def mean(self) -> float:
        """Mean return of the episodes that ended; NaN before the first."""
        return float(np.mean(self._returns)) if self._returns else float("nan")

    def taken(self) -> float:
        """Return the mean and forget those episodes."""
        mean = self.mean
        self._returns.clear()
        return mean
