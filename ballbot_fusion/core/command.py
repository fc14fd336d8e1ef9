"""Velocity commands: limited in speed and acceleration before anything follows them."""

from math import hypot

from ballbot_fusion.core.robot import Positive
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.settings import Settings


class CommandLimits(Settings):
    """How fast the robot may be asked to go.

    It moves where it sees: slower sideways and backward.
    """

    max_forward: Positive = 0.6
    """m/s."""
    max_backward: Positive = 0.3
    """m/s."""
    max_sideways: Positive = 0.3
    """m/s."""
    max_yaw_rate: Positive = 1.0
    """rad/s."""
    max_acceleration: Positive = 0.6
    """m/s^2, of the commanded velocity."""
    max_yaw_acceleration: Positive = 2.0
    """rad/s^2."""


def _clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def limited(wanted: Vector, limits: CommandLimits) -> Vector:
    """Clip (vx, vy [m/s], yaw rate [rad/s]) to the speed limits."""
    return (
        _clip(wanted[0], -limits.max_backward, limits.max_forward),
        _clip(wanted[1], -limits.max_sideways, limits.max_sideways),
        _clip(wanted[2], -limits.max_yaw_rate, limits.max_yaw_rate),
    )


def approached(now: Vector, wanted: Vector, seconds: float, limits: CommandLimits) -> Vector:
    """Move the command ``now`` towards ``wanted`` as far as the acceleration limits allow."""
    vx, vy, yaw_rate = limited(wanted, limits)
    dx, dy = vx - now[0], vy - now[1]
    reach, step = hypot(dx, dy), limits.max_acceleration * seconds
    share = 1.0 if reach <= step else step / reach
    turn = limits.max_yaw_acceleration * seconds
    return (
        now[0] + share * dx,
        now[1] + share * dy,
        now[2] + _clip(yaw_rate - now[2], -turn, turn),
    )
