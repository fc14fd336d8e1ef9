"""What all measures are given."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """Length, number, place and a way to tell how far a measure is."""

    seconds: float
    repeats: int
    policy: str
    folder: Path
    """For logs and summaries of launches."""
    advance: Callable[[], None]
    """Call once per repeat."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """Launch arguments that every measure passes on."""
        return (f"policy:={self.policy}",)
