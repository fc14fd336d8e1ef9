"""What is seen of a drive in which the policy fails: who drove when, and what the motors got."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.safety import SafetyState

SHARE = 1e-9
"""Of rounding in times, s."""


@dataclass(frozen=True)
class Turn:
    """One control period."""

    seconds: float
    """After the stand let go."""
    mode: Mode
    reason: str
    """Why safety is in that mode."""
    effort: Vector
    """What went to the motors, N m."""
    bad_s: float = -inf
    """When an answer of the policy was spoilt last by then, s after the stand let go."""


@dataclass
class TakeoverWatch:
    """Collects them; call ``add`` after every period."""

    turns: list[Turn] = field(default_factory=list)

    def add(self, state: SafetyState, released_ns: int | None, bad_ns: int | None = None) -> None:
        """Take in what safety did in the period that ended now.

        ``bad_ns``: when an answer of the policy was spoilt last (steady); None: never.
        """
        if released_ns is None:
            return
        seconds = (state.step_ns - released_ns) * 1e-9
        bad_s = -inf if bad_ns is None else (bad_ns - released_ns) * 1e-9
        self.turns.append(Turn(seconds, state.mode, state.reason, state.effort, bad_s))

    def first(self, mode: Mode, since_s: float) -> Turn | None:
        """Return the first period in ``mode`` from so long after the release on."""
        found = (t for t in self.turns if t.mode is mode and t.seconds >= since_s - SHARE)
        return next(found, None)

    def handed_back(self, since_s: float) -> Turn | None:
        """Return the first period after a fallback since then in which the policy drove again."""
        taken = self.first(Mode.FALLBACK, since_s)
        return None if taken is None else self.first(Mode.ARMED, taken.seconds)


def largest_step(turns: Sequence[Turn], since_s: float = -inf) -> float:
    """Return the largest change of a motor's torque from one period to the next, N m."""
    steps = (
        abs(after - before)
        for one, other in pairwise(turns)
        if other.seconds >= since_s - SHARE
        for before, after in zip(one.effort, other.effort, strict=True)
    )
    return max(steps, default=0.0)
