"""An operator who knows where to go and nothing of what lies between: points the stick there."""

from math import atan2, hypot, pi

from ballbot_fusion.core import rotation
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.simulation.simulation import GroundTruth

TURN_GAIN = 1.0
"""Commanded yaw rate per bearing error, 1/s."""
MAX_YAW_RATE = 0.7
"""rad/s."""
TURNS_FIRST = 1.2
"""Goals further to the side than this are turned to on the spot, rad."""


def bearing_of(truth: GroundTruth, goal: tuple[float, float]) -> float:
    """Direction of ``goal`` (world, m) in the heading frame, rad in [-pi, pi)."""
    dx, dy = goal[0] - truth.position[0], goal[1] - truth.position[1]
    return (atan2(dy, dx) - rotation.yaw_of(truth.orientation) + pi) % (2.0 * pi) - pi


def distance_to(truth: GroundTruth, goal: tuple[float, float]) -> float:
    """Distance to ``goal`` on the ground plane, m."""
    return hypot(goal[0] - truth.position[0], goal[1] - truth.position[1])


def toward(truth: GroundTruth, goal: tuple[float, float], speed: float) -> Vector:
    """Command vx, vy [m/s], yaw rate [rad/s] that points at ``goal`` and drives ``speed``."""
    bearing = bearing_of(truth, goal)
    turn = min(max(TURN_GAIN * bearing, -MAX_YAW_RATE), MAX_YAW_RATE)
    return (speed if abs(bearing) < TURNS_FIRST else 0.0, 0.0, turn)
