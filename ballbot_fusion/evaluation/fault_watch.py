"""What is seen of a drive in which something fails: reasons by tick, commands, who drove."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import degrees, isfinite

import numpy as np

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.tick import Tick

JUDGED = (Source.IMU, Source.ENCODERS, Source.CAMERA_0, Source.CAMERA_1, Source.MOTORS)
"""Streams whose reasons count, in the order of a Moment's reasons."""
ROUNDING = 1.0 + 1e-6


def is_possible(effort: Sequence[float], limit: float) -> bool:
    """Whether a motor command is finite and within ``limit``, but for rounding."""
    return all(isfinite(torque) and abs(torque) <= limit * ROUNDING for torque in effort)


@dataclass(frozen=True)
class Moment:
    """One tick."""

    seconds: float
    """After the stand let go."""
    reasons: tuple[Reason, ...]
    """Of ``JUDGED``."""
    command: float
    """Largest torque that a motor got, N m."""
    tilt: float
    """True tilt, rad."""

    def reason(self, source: Source) -> Reason:
        """Health of one stream."""
        return self.reasons[JUDGED.index(source)]


@dataclass
class FaultWatch:
    """Collects it; call ``add`` after every period."""

    limit: float
    """Largest torque that a motor may get, N m."""
    moments: list[Moment] = field(default_factory=list)
    bad_commands: int = 0
    """Commands that were not finite or beyond the limit."""
    bad_observations: int = 0

    def add(
        self,
        tick: Tick,
        effort: Vector,
        tilt: float,
        released_ns: int | None,
        now_ns: int | None = None,
    ) -> None:
        """Take in a tick, the torques [N m] that went to the motors after it, the tilt [rad].

        ``now_ns`` is given where the policy may have made no tick in this period.
        """
        command = max(map(abs, effort))
        self.bad_commands += not is_possible(effort, self.limit)
        finite = all(np.isfinite(values).all() for values in tick.observation.values())
        self.bad_observations += not finite
        if released_ns is not None:
            seconds = ((now_ns or tick.state.now_ns) - released_ns) * 1e-9
            reasons = tuple(tick.sources[source] for source in JUDGED)
            self.moments.append(Moment(seconds, reasons, command, tilt))

    def since(self, start_s: float) -> list[Moment]:
        """Return the ticks from so long after the stand let go on."""
        return [moment for moment in self.moments if moment.seconds >= start_s]


def largest(prefix: str, moments: Sequence[Moment]) -> dict[str, float]:
    """Largest torque, N m, and tilt, degrees, by the names that results give them."""
    return {
        f"{prefix}command_since": max((moment.command for moment in moments), default=0.0),
        f"{prefix}tilt_since_deg": max((degrees(moment.tilt) for moment in moments), default=0.0),
    }


def differing(moments: Sequence[Moment], healthy: Sequence[Moment]) -> list[float]:
    """Return the times [s] of those that judge otherwise than the healthy drive at that time."""
    pairs = zip(moments, healthy, strict=False)
    return [one.seconds for one, other in pairs if one.reasons != other.reasons]


def during(moments: Sequence[Moment], start_s: float, other: Sequence[Moment]) -> Sequence[Moment]:
    """Return those from ``start_s``, s, on, for as long as the ``other`` drive lasted."""
    end_s = other[-1].seconds if other else 0.0
    return [moment for moment in moments if start_s <= moment.seconds <= end_s]


def zero_from(moments: Sequence[Moment]) -> float | None:
    """Return from when on the motors got nothing to the end, s; None where they did."""
    last = None
    for moment in reversed(moments):
        if moment.command != 0.0:
            break
        last = moment.seconds
    return last
