"""The last velocities of the estimator, for policies that see how the robot came to move.

Kept by the tick, and only for a spec that names ``vel_history``. Ticks jitter and come at several
rates, so a velocity is found by its time: the newest that is old enough, half a tick aside.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ballbot_fusion.core.rotation import Vector

KEY = "vel_history"
LENGTH = 8
"""Velocities observed, newest first: T."""
SPACING_NS = 25_000_000
"""Between them, ns: five ticks at 200 Hz, which is how often roll-outs keep one (keep_every)."""
JITTER_NS = 2_500_000
"""By how much a tick may come early and still count as old enough, ns."""
SPAN_NS = (LENGTH - 1) * SPACING_NS
"""From the oldest to the newest, ns."""


class Moment(NamedTuple):
    """What the estimator said in a tick."""

    time_ns: int
    """Steady time."""
    velocity: Vector
    """Ball centre in the heading frame, m/s."""
    trusted: bool
    """Whether what it was estimated from could be trusted."""


History = tuple[Moment, ...]
"""Oldest first."""


def lengthened(history: History, moment: Moment) -> History:
    """Add the newest moment; forget those that no later tick can observe."""
    limit_ns = moment.time_ns - SPAN_NS + JITTER_NS
    forgotten = 0
    while forgotten + 1 < len(history) and history[forgotten + 1].time_ns <= limit_ns:
        forgotten += 1
    return (*history[forgotten:], moment)


def recalled(history: History) -> tuple[Moment, ...]:
    """Return LENGTH moments, newest first; before the first, the robot moved as in the first."""
    newest_ns, at = history[-1].time_ns, len(history) - 1
    found = []
    for number in range(LENGTH):
        limit_ns = newest_ns - number * SPACING_NS + JITTER_NS
        while at > 0 and history[at].time_ns > limit_ns:
            at -= 1
        found.append(history[at])
    return tuple(found)


def numbers_of(moments: Sequence[Moment]) -> tuple[float, ...]:
    """All velocities in one row, m/s."""
    return tuple(value for moment in moments for value in moment.velocity)
