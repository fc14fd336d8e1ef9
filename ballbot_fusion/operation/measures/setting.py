"""What all measures are given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.kept import Kept


@dataclass(frozen=True)
class Setting:
    """Length, number, place and a way to tell how far a measure is."""

    seconds: float
    repeats: int
    policy: str
    folder: Path
    """For logs and summaries of launches."""
    advance: Callable[[], None]
    """Call once per repeat, or per case of one that has cases."""
    cases: tuple[str, ...] = ()
    """Those that are asked for, of a measure that has cases."""
    kept: Kept | None = None
    """Runs of earlier, and where those of now are added; of a measure that has cases."""
    until_s: float = inf
    """Monotonic time after which no case is begun, of a measure that has cases."""
    runs: list[dict[str, Any]] = field(default_factory=list)
    """What the result tells of each run, beside the rows."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """Launch arguments that every measure passes on."""
        return (f"policy:={self.policy}",)
