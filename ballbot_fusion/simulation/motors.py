"""The simulated motors: what is left of a command when it reaches the wheels."""

from collections import deque
from math import tanh

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.robot import Wheels
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.simulation.model import TIMESTEP
from ballbot_fusion.simulation.settings import SimulationSettings

STICTION = 0.3
"""Wheel speed at which dry friction is nearly whole, rad/s: a step would make the solver shake."""


class MotorModel:
    """Three motors with gain, dead time, lag, dry friction and a torque that falls with speed."""

    def __init__(self, wheels: Wheels, settings: SimulationSettings) -> None:
        """At rest: no torque was commanded yet."""
        self._wheels, self._settings = wheels, settings
        self._delayed = deque([ZERO] * round(settings.motor_delay_s / TIMESTEP))
        self._lagged = ZERO

    def torques(self, wanted: Vector, speeds: Vector) -> Vector:
        """Take a step's command; return the torques at the wheels in it.

        Args:
            wanted: commanded torques, N m.
            speeds: of the wheels, rad/s.
        """
        self._delayed.append(wanted)
        a, b, c = self._delayed.popleft()
        u, v, w = speeds
        given = (self._limited(a, u), self._limited(b, v), self._limited(c, w))
        if not (self._settings.motor_lag_s or self._settings.motor_friction):
            return given
        return self._worn(given, speeds)

    def _limited(self, wanted: float, speed: float) -> float:
        """Limit by the motor: full torque up to half its no-load speed, none at that speed."""
        wanted *= self._settings.motor_gain
        limit = self._wheels.max_torque
        if wanted * speed > 0.0:  # it accelerates
            limit *= min(max(2.0 * (1.0 - abs(speed) / self._wheels.max_velocity), 0.0), 1.0)
        return min(max(wanted, -limit), limit)

    def _worn(self, wanted: Vector, speeds: Vector) -> Vector:
        """What lag and friction leave of torques."""
        share = TIMESTEP / (TIMESTEP + self._settings.motor_lag_s)
        a, b, c = (old + share * (new - old) for old, new in zip(self._lagged, wanted, strict=True))
        self._lagged = (a, b, c)
        friction = self._settings.motor_friction
        u, v, w = (friction * tanh(speed / STICTION) for speed in speeds)
        return (a - u, b - v, c - w)
