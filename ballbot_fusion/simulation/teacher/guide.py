"""From a commanded velocity to one that keeps to ground that is seen and clear.

It has no memory: what it asks for follows from the command, the present velocity and what is seen
now, so that a student without memory can learn it.
"""

from math import atan2, copysign, cos, hypot, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.simulation.teacher.care import GuideSettings, safe_speed
from ballbot_fusion.simulation.teacher.fan import Fan
from ballbot_fusion.simulation.teacher.routes import Routes
from ballbot_fusion.simulation.teacher.seen import Seen

STANDS = 0.02
"""Slower commands than this ask for standing, m/s."""
MOST_TURN = 0.7
"""A commanded turn is thought on by no more than this, rad."""
FULL_SPEED = 0.5
"""m/s."""


class Guide:
    """Chooses a direction and a speed."""

    def __init__(self, fan: Fan, settings: GuideSettings, sight: float) -> None:
        """Steer among the spokes of ``fan``; ``sight``: how far aside both cameras look, rad."""
        self._fan, self._settings = fan, settings
        self._edge, self._sight = float(fan.azimuths[-1]), sight

    def velocity(self, command: Vector, velocity: Vector, seen: Seen) -> Vector:
        """Return vx, vy [m/s] and yaw rate [rad/s] to drive in the end, heading frame.

        How much of that may be asked for at once is another question: see ``at_once``.

        Args:
            command: vx, vy, yaw rate as commanded.
            velocity: of the ball's centre, heading frame, m/s.
            seen: the last look.
        """
        if seen.cameras == 0:
            return (0.0, 0.0, 0.0)
        wanted = atan2(command[1], command[0])
        if hypot(command[0], command[1]) < STANDS:
            return self._turning((0.0, 0.0), command[2])
        if abs(wanted) > (self._edge if seen.routes is None else self._sight):
            return self._turning(self._unseen(command, wanted, seen), command[2])
        if seen.routes is None:
            azimuth, turn = self._along_spoke(wanted, velocity, seen.clear)
        else:
            azimuth, turn = self._along_route(wanted, command[2], velocity, seen.routes)
        drive = self._careful(command, azimuth, seen)
        if seen.cameras == 2:
            drive = self._braked(drive, wanted, seen.clear)
        return self._turning(drive, command[2] + turn)

    def _unseen(self, command: Vector, wanted: float, seen: Seen) -> tuple[float, float]:
        """Obey where no camera looks, slowly: whoever commands that must know what is there."""
        settings, speed = self._settings, hypot(command[0], command[1])
        most = settings.unseen_speed if seen.cameras == 2 else settings.one_camera_unseen_speed
        if abs(wanted) < self._edge:
            most = min(most, safe_speed(self._free(wanted, seen.known), settings, seen.cameras))
        share = min(1.0, most / speed)
        return command[0] * share, command[1] * share

    def _careful(self, command: Vector, azimuth: float, seen: Seen) -> tuple[float, float]:
        """As fast as commanded along ``azimuth``, and no faster than it can stop."""
        speed = min(
            hypot(command[0], command[1]),
            safe_speed(self._free(azimuth, seen.clear), self._settings, seen.cameras),
        )
        if seen.cameras == 1:
            speed = min(speed, self._settings.one_camera_speed)
        return speed * cos(azimuth), speed * sin(azimuth)

    def _free(self, azimuth: float, clear: NDArray[np.float64]) -> float:
        return float(np.interp(azimuth, self._fan.azimuths, clear))

    def _along_spoke(
        self, wanted: float, velocity: Vector, clear: NDArray[np.float64]
    ) -> tuple[float, float]:
        """Azimuth [rad] of the best straight way, and yaw rate [rad/s] towards it."""
        azimuth = float(self._fan.azimuths[self._direction(wanted, velocity, clear)])
        return azimuth, self._settings.turn_gain * rotation.wrapped(azimuth - wanted)

    def _along_route(
        self, wanted: float, yaw_rate: float, velocity: Vector, routes: Routes
    ) -> tuple[float, float]:
        """Azimuth [rad] in which the best route begins, and yaw rate [rad/s] towards it.

        A commanded turn says where the operator wants to get to. It is not driven there at once,
        but ways round are judged by it: otherwise whoever turned to go round would forget the goal.
        """
        settings = self._settings
        turn = min(max(yaw_rate * settings.foresight_s, -MOST_TURN), MOST_TURN)
        aim = min(max(wanted + turn, -self._edge), self._edge)
        moving, swerve = self._swerve(velocity)
        route = routes.best(aim, moving, swerve)
        azimuth = wanted + route.share * (route.azimuth - wanted)
        return azimuth, settings.route_gain * route.share * (route.azimuth - aim)

    def _swerve(self, velocity: Vector) -> tuple[float, float]:
        """Direction of motion [rad] and what it costs to leave it, 1/rad."""
        moving = atan2(velocity[1], velocity[0])
        if abs(moving) >= self._edge:
            return moving, 0.0
        share = min(hypot(velocity[0], velocity[1]) / FULL_SPEED, 1.0)
        return moving, self._settings.swerve_cost * share

    def _braked(
        self, drive: tuple[float, float], wanted: float, clear: NDArray[np.float64]
    ) -> tuple[float, float]:
        """Brake for what lies in the commanded direction, whichever way round it is taken.

        A student that cannot tell left from right does what lies between, and drives straight on:
        as both answers brake, so does their mean. (With one camera, straight ahead is half unseen.)
        """
        ahead = self._free(wanted, clear)
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
        open_share = np.minimum(clear, settings.horizon) / settings.horizon
        value = open_share - settings.detour_cost * np.abs(azimuths - wanted)
        moving, swerve = self._swerve(velocity)
        return int(np.argmax(value - swerve * np.abs(azimuths - moving)))

    def _turning(self, drive: tuple[float, float], yaw_rate: float) -> Vector:
        turn = self._settings.max_yaw_rate
        return (*drive, min(max(yaw_rate, -turn), turn))

    def at_once(self, wanted: Vector, velocity: Vector) -> Vector:
        """Limit how far from the present ``velocity`` is what is asked for: m/s and rad/s."""
        dx, dy = wanted[0] - velocity[0], wanted[1] - velocity[1]
        error, bound = hypot(dx, dy), self._settings.largest_error
        share = 1.0 if error <= bound else bound / error
        return velocity[0] + share * dx, velocity[1] + share * dy, wanted[2]
