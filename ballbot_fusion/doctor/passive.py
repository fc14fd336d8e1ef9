"""Everything that shows while the robot stands still and upright."""

from collections.abc import Callable, Iterable

from ballbot_fusion.doctor import cameras, computer, inertial, labels, timing, topics, wheels
from ballbot_fusion.doctor.finding import Finding
from ballbot_fusion.doctor.observed import Observed

Check = Callable[[Observed], Iterable[Finding]]
PASSIVE: tuple[Check, ...] = (
    topics.present,
    topics.types,
    topics.quality,
    timing.rate,
    timing.clock,
    labels.frames,
    inertial.gravity,
    inertial.units,
    wheels.names,
    cameras.order,
    cameras.view,
    computer.policy,
    computer.ticks,
    computer.headroom,
    computer.scheduling,
)
"""In the order in which they are shown: what comes first may explain what follows."""


def judged(observed: Observed, checks: Iterable[Check] = PASSIVE) -> list[Finding]:
    """Return what every check says."""
    return [finding for check in checks for finding in check(observed)]
