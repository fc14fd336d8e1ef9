"""How near commands are to those that a recording holds.

Ticks of two runs fall on different IMU samples, so that a command is compared with the recorded
one of the nearest sample. Bit for bit recorded ticks are compared by `ballbot replay`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

SETTLED_S = 2.0
"""The first seconds are not compared: estimates begin anew."""
NEAR_NS = 3_000_000
"""The nearest recorded command is at most this far away, ns."""

Efforts = dict[int, tuple[float, ...]]
"""Commanded wheel efforts, N m, by the stamp of the IMU sample that they answer, ns."""


class Nearness:
    """Recorded commands, and those that were heard when the recording was played."""

    def __init__(self) -> None:
        """Begin with none of either."""
        self.recorded: Efforts = {}
        self.heard: Efforts = {}

    def figures(self) -> dict[str, Any]:
        """Counts of commands, and how far those compared are apart, N m; None without any."""
        apart = self._apart()
        return {
            "recorded_commands": len(self.recorded),
            "commands": len(self.heard),
            "compared": len(apart),
            "same_bits": apart.count(0.0),
            "apart_mean_n_m": float(np.mean(apart)) if apart else None,
            "apart_max_n_m": max(apart, default=None),
        }

    def _apart(self) -> list[float]:
        """Largest difference of an effort, for every command that can be compared."""
        if not self.recorded:
            return []
        stamps = np.array(sorted(self.recorded), np.int64)
        first = int(stamps[0] + SETTLED_S * 1e9)
        found = []
        for stamp, effort in self.heard.items():
            nearest = int(stamps[np.abs(stamps - stamp).argmin()])
            before = self.recorded[nearest]
            near = abs(nearest - stamp) <= NEAR_NS and stamp >= first
            if near and len(before) == len(effort) > 0:
                found.append(float(np.abs(np.subtract(before, effort)).max()))
        return found


def in_words(figures: Mapping[str, Any]) -> str:
    """Figures as a sentence or two."""
    if not figures["compared"]:
        return (
            f"No command can be compared: {figures['recorded_commands']} are in the recording, "
            f"{figures['commands']} were heard, those of the first {SETTLED_S:.0f} s do not count."
        )
    return (
        f"Of {figures['compared']} commands {figures['same_bits']} are those recorded, bit for "
        f"bit; on average they are {figures['apart_mean_n_m']:.4f} N m apart, at most "
        f"{figures['apart_max_n_m']:.4f}. (Ticks of two runs differ; `ballbot replay` compares the "
        "recorded ones.)"
    )
