"""The straight line from the start to a goal, and what lies along it."""

from dataclasses import dataclass
from math import atan2, cos, hypot, radians, sin

import numpy as np

from ballbot_fusion.simulation.terrain.grid import Point

DISTANCE_M = (6.0, 8.0)
BEARING_RAD = radians(40.0)
"""The goal lies ahead of the robot, up to this far to either side."""
START_CLEAR_M = 0.95
"""No hazard is nearer to the start: 0.9 m are safe, and a wall of a hole is one cell wide."""
GOAL_CLEAR_M = 0.7
"""No hazard is nearer to the goal."""


@dataclass(frozen=True)
class Way:
    """Straight from the origin to ``goal``."""

    goal: Point

    @property
    def length(self) -> float:
        """Distance from the origin, m."""
        return hypot(*self.goal)

    @property
    def bearing(self) -> float:
        """Direction from the x axis, rad."""
        return atan2(self.goal[1], self.goal[0])

    def at(self, along: float, left: float = 0.0) -> Point:
        """Return the place ``along`` m ahead on the line and ``left`` m beside it."""
        c, s = cos(self.bearing), sin(self.bearing)
        return along * c - left * s, along * s + left * c

    def clears(self, place: Point, radius: float) -> bool:
        """Whether a disc leaves start and goal free."""
        x, y = place
        near_goal = hypot(x - self.goal[0], y - self.goal[1]) < GOAL_CLEAR_M + radius
        return not near_goal and hypot(x, y) >= START_CLEAR_M + radius


def draw_way(rng: np.random.Generator) -> Way:
    """Draw a goal."""
    length = rng.uniform(*DISTANCE_M)
    bearing = rng.uniform(-BEARING_RAD, BEARING_RAD)
    return Way((length * cos(bearing), length * sin(bearing)))
