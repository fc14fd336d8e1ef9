"""How well a commanded velocity is followed: errors and settling times."""

from dataclasses import dataclass, field
from math import hypot, sqrt

from ballbot_fusion.core.rotation import Vector

LEFT_OUT_S = 2.0
"""After each step of the command, errors do not count for so long."""
INSIDE_S = 0.5
"""A step has settled where the error begins to stay below the band for so long."""


@dataclass
class Tracking:
    """Errors of one episode. The velocity's error is its distance in the plane, m/s."""

    band: float
    """Largest error that counts as settled, m/s."""
    errors: list[float] = field(default_factory=list)
    """Of every tick that counts, m/s."""
    turn_errors: list[float] = field(default_factory=list)
    """Of the yaw rate, likewise, rad/s."""
    settled_s: list[float | None] = field(default_factory=list)
    """Settling time of each step; None where it never settled."""
    _wanted: Vector | None = None
    _begin_s: float = 0.0
    _inside_s: float | None = None

    def add(self, wanted: Vector, velocity: Vector, yaw_rate: float, seconds: float) -> None:
        """Take in one tick.

        Args:
            wanted: commanded vx, vy [m/s], yaw rate [rad/s], in the heading frame.
            velocity: true velocity in that frame, m/s.
            yaw_rate: true rate about the vertical, rad/s.
            seconds: since the stand let go.
        """
        if wanted != self._wanted:
            self._wanted, self._begin_s, self._inside_s = wanted, seconds, None
            self.settled_s.append(None)
        error = hypot(velocity[0] - wanted[0], velocity[1] - wanted[1])
        self._settle(error, seconds)
        if seconds - self._begin_s >= LEFT_OUT_S:
            self.errors.append(error)
            self.turn_errors.append(abs(yaw_rate - wanted[2]))

    def _settle(self, error: float, seconds: float) -> None:
        if self.settled_s[-1] is not None:
            return
        if error > self.band:
            self._inside_s = None
        elif self._inside_s is None:
            self._inside_s = seconds
        elif seconds - self._inside_s >= INSIDE_S:
            self.settled_s[-1] = self._inside_s - self._begin_s


def rmse(errors: list[float]) -> float | None:
    """Root of the mean square; None for nothing, as where the robot fell at once."""
    return sqrt(sum(error * error for error in errors) / len(errors)) if errors else None
