"""What every soak is: how long, in which parts, with which random numbers."""

from collections.abc import Callable
from dataclasses import dataclass

Told = Callable[[float], None]
"""Whoever shows it hears how far it is, s."""


@dataclass(frozen=True)
class SoakPlan:
    """Times are simulated; by the clock they are those of the clock."""

    policy: str
    """See ``Scenario.policy``."""
    seed: int
    seconds: float
    """Of the whole soak."""
    leg_s: float = 300.0
    """Of a leg: then the robot begins anew, in the same process."""
    sample_s: float = 10.0
    """Between two looks at what the processes hold."""
    warm_s: float = 60.0
    """The first ones of a process do not count: libraries are still loaded."""
