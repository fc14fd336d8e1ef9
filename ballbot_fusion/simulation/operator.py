"""An operator who knows where to go and nothing of what lies between: points the stick there."""

from math import atan2, hypot

from ballbot_fusion.core import rotation
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.simulation.simulation import GroundTruth

TURN_GAIN = 1.0
"""Commanded yaw rate per bearing error, 1/s."""
MAX_YAW_RATE = 0.7
"""rad/s."""
TURNS_FIRST = 1.2
"""Goals further to the side than this are turned to on the spot, rad."""
REACHED_M = 0.5
"""A goal this near is reached."""
AT_GOAL_RAD = 0.3
"""Within this bearing the robot points at its goal, rad."""


def bearing_of(truth: GroundTruth, goal: tuple[float, float]) -> float:
    """Direction of ``goal`` (world, m) in the heading frame, rad in [-pi, pi)."""
    dx, dy = goal[0] - truth.position[0], goal[1] - truth.position[1]
    return rotation.wrapped(atan2(dy, dx) - rotation.yaw_of(truth.orientation))


def distance_to(truth: GroundTruth, goal: tuple[float, float]) -> float:
    """Distance to ``goal`` on the ground plane, m."""
    return hypot(goal[0] - truth.position[0], goal[1] - truth.position[1])


def toward(truth: GroundTruth, goal: tuple[float, float], speed: float) -> Vector:
    """Command vx, vy [m/s], yaw rate [rad/s] that points at ``goal`` and drives ``speed``."""
    bearing = bearing_of(truth, goal)
    turn = min(max(TURN_GAIN * bearing, -MAX_YAW_RATE), MAX_YAW_RATE)
    return (speed if abs(bearing) < TURNS_FIRST else 0.0, 0.0, turn)


class Errand:
    """Commands the way to a goal and back to the start, again and again."""

    def __init__(self, goal: tuple[float, float], speed: float) -> None:
        """Go to ``goal`` (world, m) at ``speed`` m/s."""
        self._goals, self._speed = (goal, (0.0, 0.0)), speed
        self.legs = 0
        """Goals reached so far."""

    @property
    def _goal(self) -> tuple[float, float]:
        return self._goals[self.legs % 2]

    def points_at_goal(self, truth: GroundTruth) -> bool:
        """Whether the robot faces its present goal."""
        return abs(bearing_of(truth, self._goal)) < AT_GOAL_RAD

    def command(self, truth: GroundTruth) -> Vector:
        """Command vx, vy [m/s], yaw rate [rad/s]."""
        if distance_to(truth, self._goal) < REACHED_M:
            self.legs += 1
        return toward(truth, self._goal, self._speed)
