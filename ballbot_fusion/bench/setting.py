"""What all benches are given, and what they give back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Any

from ballbot_fusion.evaluation.results import Row


@dataclass(frozen=True)
class Setting:
    """How often, how long, of what, and a way to tell how far a bench is."""

    repeats: int
    """Interleaved: everything once, then everything again."""
    folder: Path
    """For logs and temporary files."""
    quick: bool = False
    """Only as much as shows that the bench works; its figures mean nothing."""
    policies: tuple[str, ...] = ()
    """Names or .onnx files; empty: the bench's own choice."""
    checkpoint: str = ""
    """Of one of these policies, for torch; empty: none."""
    expect: Callable[[int], None] = lambda _: None
    """Called with how often ``advance`` is going to be, once that is known."""
    advance: Callable[[str], None] = lambda _: None
    """Called with what was just done."""

    def sized(self, full: float, quick: float) -> float:
        """Choose a length or a number: that of the bench, or of its quick form."""
        return quick if self.quick else full

    def place(self, name: str) -> Path:
        """Return an empty folder for a bench's files; those of an earlier run are removed.

        A folder that is kept (--logs) would hold figures that are not of this run.
        """
        place = self.folder / name
        rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return place


@dataclass(frozen=True)
class Outcome:
    """What a bench found."""

    rows: Sequence[Row]
    policy: str = "none"
    policy_sha256: str | None = None
    remarks: Sequence[str] = ()
    """What a reader must know to read the figures, a sentence each."""
    more: dict[str, Any] = field(default_factory=dict)
    """Further parts of the result file."""
