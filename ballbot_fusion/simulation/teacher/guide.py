"""From a commanded velocity to one that keeps to ground that is seen and clear.

It has no memory: what it asks for follows from the command, the present velocity and what is seen
now, so that a student without memory can learn it.
"""

from math import atan2, copysign, cos, hypot, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import NotNegative, Positive
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.simulation.teacher.fan import Fan


class GuideSettings(Settings):
    """How carefully it drives."""

    stop_at: Positive = 0.38
    """Clear distance at which it stands, m."""
    braking: Positive = 0.22
    """Deceleration that it counts on, m/s^2."""
    retreat: NotNegative = 0.1
    """Speed with which it backs off from what is nearer than that, m/s."""
    horizon: Positive = 1.6
    """Clear distances beyond this are all the same, m."""
    detour_cost: Positive = 0.25
    """Cost of leaving the commanded direction, 1/rad."""
    swerve_cost: NotNegative = 0.2
    """Cost of leaving the present direction of motion, 1/rad, at full speed."""
    turn_gain: NotNegative = 1.2
    """Yaw rate towards the chosen direction, 1/s."""
    max_yaw_rate: Positive = 1.0
    """rad/s."""
    one_camera_speed: Positive = 0.3
    """Largest speed with one camera, m/s."""
    unseen_speed: NotNegative = 0.15
    """Largest speed backward and sideways, where no camera looks, m/s."""
    sidestep: Positive = 2.0
    """How much faster sideways it may get round what it brakes for than it would at full speed."""
    largest_error: Positive = 0.35
    """Largest difference asked for between wanted and present velocity, m/s."""


STANDS = 0.02
"""Slower commands than this ask for standing, m/s."""


def safe_speed(clear: float, settings: GuideSettings) -> float:
    """Speed from which it stops in time, m/s; negative where it is too near already."""
    left = clear - settings.stop_at
    if left >= 0.0:
        return sqrt(2.0 * settings.braking * left)
    return max(left, -settings.retreat)


class Guide:
    """Chooses a direction and a speed."""

    def __init__(self, fan: Fan, settings: GuideSettings) -> None:
        """Steer among the spokes of ``fan``."""
        self._fan, self._settings = fan, settings
        self._sight = float(fan.azimuths[-1])

    def velocity(
        self, command: Vector, velocity: Vector, clear: NDArray[np.float64], cameras: int
    ) -> Vector:
        """Return vx, vy [m/s] and yaw rate [rad/s] to drive, heading frame.

        Args:
            command: vx, vy, yaw rate as commanded.
            velocity: of the ball's centre, heading frame, m/s.
            clear: (spokes,) clear distances, m.
            cameras: how many cameras see.
        """
        if cameras == 0:
            return self._near((0.0, 0.0), 0.0, velocity)
        speed, wanted = hypot(command[0], command[1]), atan2(command[1], command[0])
        if speed < STANDS:
            return self._near((0.0, 0.0), command[2], velocity)
        if abs(wanted) > self._sight:
            share = min(1.0, self._settings.unseen_speed / speed)
            return self._near((command[0] * share, command[1] * share), command[2], velocity)
        chosen = self._direction(wanted, velocity, clear)
        azimuth = float(self._fan.azimuths[chosen])
        speed = min(speed, safe_speed(float(clear[chosen]), self._settings))
        if cameras == 1:
            speed = min(speed, self._settings.one_camera_speed)
        yaw_rate = command[2] + self._settings.turn_gain * rotation.wrapped(azimuth - wanted)
        drive = (speed * cos(azimuth), speed * sin(azimuth))
        if cameras == 2:
            drive = self._braked(drive, wanted, clear)
        return self._near(drive, yaw_rate, velocity)

    def _braked(
        self, drive: tuple[float, float], wanted: float, clear: NDArray[np.float64]
    ) -> tuple[float, float]:
        """Brake for what lies in the commanded direction, whichever way round it is taken.

        A student that cannot tell left from right does what lies between, and drives straight on:
        as both answers brake, so does their mean. (With one camera, straight ahead is half unseen.)
        """
        ahead = float(np.interp(wanted, self._fan.azimuths, clear))
        c, s = cos(wanted), sin(wanted)
        along, aside = drive[0] * c + drive[1] * s, drive[1] * c - drive[0] * s
        slow = safe_speed(ahead, self._settings)
        if along <= slow:
            return drive
        # What it loses ahead it may gain aside: it gets round the sooner.
        left = sqrt(max(along**2 + aside**2 - slow**2, 0.0))
        aside = copysign(min(left, self._settings.sidestep * abs(aside)), aside)
        return slow * c - aside * s, slow * s + aside * c

    def _direction(self, wanted: float, velocity: Vector, clear: NDArray[np.float64]) -> int:
        settings, azimuths = self._settings, self._fan.azimuths
        speed = hypot(velocity[0], velocity[1])
        moving = atan2(velocity[1], velocity[0])
        open_share = np.minimum(clear, settings.horizon) / settings.horizon
        value = open_share - settings.detour_cost * np.abs(azimuths - wanted)
        if abs(moving) < self._sight:
            weight = settings.swerve_cost * min(speed / 0.5, 1.0)
            value = value - weight * np.abs(azimuths - moving)
        return int(np.argmax(value))

    def _near(self, wanted: tuple[float, float], yaw_rate: float, velocity: Vector) -> Vector:
        """Limit how much is asked for at once."""
        dx, dy = wanted[0] - velocity[0], wanted[1] - velocity[1]
        error, bound = hypot(dx, dy), self._settings.largest_error
        share = 1.0 if error <= bound else bound / error
        turn = self._settings.max_yaw_rate
        return (
            velocity[0] + share * dx,
            velocity[1] + share * dy,
            min(max(yaw_rate, -turn), turn),
        )
