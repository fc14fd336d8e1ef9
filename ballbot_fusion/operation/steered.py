"""Somebody who steers: `ballbot drive` as a process of its own, round and round."""

import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from ballbot_fusion.evaluation.campaign.cases import YAW_RATE

LONGEST_S = 600.0
"""How long it steers unless it is ended before, s."""


class Steered:
    """Steers for the length of a block."""

    def __init__(self, speed: float, operator: Sequence[str] = (), network: str = "local") -> None:
        """Begin.

        Args:
            speed: forward, m/s.
            operator: command before that of whoever steers: where he is.
            network: ``local`` or ``lan``, as the launch was given it.
        """
        words = ["drive", "--vx", f"{speed:.3f}", "--yaw", f"{YAW_RATE}", "--for", f"{LONGEST_S:g}"]
        words += ["--network", network]
        command = [*operator, sys.executable, "-m", "ballbot_fusion.cli.main", *words]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    @property
    def ended(self) -> bool:
        """Whether it steers no longer."""
        return self._process.poll() is not None

    def end(self) -> None:
        """Steer no longer."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End."""
        self.end()
