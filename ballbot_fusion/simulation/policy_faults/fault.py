"""One fault of the policy, as plain data, and what the files of this folder make of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

import numpy as np

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.simulation.faults import ALWAYS

MS = 1_000_000


@dataclass(frozen=True)
class PolicyFault:
    """A fault that acts in [start_s, stop_s), s after the stand let go.

    Raises:
        ValueError: times or a size that make no sense.
    """

    kind: str
    """Name in the table POLICY_FAULTS."""
    start_s: float = 0.0
    stop_s: float = ALWAYS
    size: float | None = None
    """How bad, in the unit that the kind's file states; None: that file's default."""

    def __post_init__(self) -> None:
        if not (isfinite(self.start_s) and self.start_s < self.stop_s):
            raise ValueError(
                f"Policy fault {self.kind!r} lasts from {self.start_s} to {self.stop_s} s: it must "
                "start at a finite time and stop after that."
            )
        if self.size is not None and not (isfinite(self.size) and self.size >= 0.0):
            raise ValueError(
                f"Size {self.size} of policy fault {self.kind!r} must be 0 or more, finite."
            )

    def acts(self, seconds: float | None) -> bool:
        """Whether it acts ``seconds`` after the stand let go; None: it has not yet."""
        return seconds is not None and self.start_s <= seconds < self.stop_s

    def sized(self, default: float) -> float:
        """Return the size, or the kind's default."""
        return default if self.size is None else self.size


PolicyPlan = tuple[PolicyFault, ...]
"""All faults of the policy in an episode, in the order in which they act on an answer."""


class Answer(NamedTuple):
    """What safety hears in a control period."""

    command: PolicyCommand | None
    """None: nothing."""
    tick: Tick | None = None
    """The policy's tick; None where it made none."""


Ask = Callable[[Sequence[Sample], int], Answer]
"""Lets the policy tick on what it hears, at a time [ns]."""
Effect = Callable[[Ask, Sequence[Sample], int, bool], Answer]
"""What becomes of a control period: from the policy, what it would hear, the time [ns] and whether
the fault acts now, to what safety hears. Called in every period, so that it may remember."""


@dataclass(frozen=True)
class Means:
    """What a fault may use besides the policy."""

    max_torque: float
    """Of a wheel, N m."""
    rng: np.random.Generator
    respawn: Callable[[int], None]
    """Put a new process in the policy's place, at a time [ns]: it knows nothing of before."""
    sleep: Callable[[float], None] | None = None
    """Let time pass, s; None where time is told."""


def answered(change: Callable[[PolicyCommand, int], PolicyCommand | None]) -> Effect:
    """Return the effect that changes what the policy says, while it acts; never a silence.

    A command without torques stays one: the policy withheld it, and knew why.
    """

    def passed(ask: Ask, samples: Sequence[Sample], now_ns: int, active: bool) -> Answer:
        answer = ask(samples, now_ns)
        command = answer.command
        if not active or command is None or not command.effort:
            return answer
        return answer._replace(command=change(command, now_ns))

    return passed
