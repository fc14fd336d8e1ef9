"""Where stills are taken: before hazards, as drives come to them."""

from math import atan2, cos, hypot, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.simulation.operator import toward
from ballbot_fusion.simulation.simulation import GroundTruth
from ballbot_fusion.simulation.terrain.course import Course
from ballbot_fusion.simulation.terrain.grid import Point
from ballbot_fusion.simulation.terrain.hazards import clearance_map, map_grid

CLEAR_M = (0.22, 1.5)
"""Distance of a place to the nearest hazard."""
ASIDE_M, BEYOND_M = 2.5, 1.0
"""How far places lie from the line to the goal, and before its start and behind its end."""
BRAKING, STOPS_AT_M, TOO_FAST = 0.22, 0.30, 0.15
"""Speeds from which it stops there [m/s^2, m], and by how much some exceed them [m/s]."""
ROAMS_M = 8.0
"""Places that are no goal of the course lie this far from its middle at most, to each side."""
_AHEAD_RAD, _MOVES_RAD, _TURNS = 0.35, 0.3, 0.3
_LEAN_RAD, _RATE, _YAW_RATE = radians(1.5), 0.08, 0.25


class Places:
    """Draws states of a robot on one course, and what its operator commands there."""

    def __init__(self, course: Course, robot: RobotConfig, limits: CommandLimits) -> None:
        """Find the places of ``course`` that are near a hazard and clear of it."""
        self._course, self._limits = course, limits
        self._radius = robot.ball.radius
        grid, clear = map_grid(course.terrain), clearance_map(course.terrain)
        x, y = np.broadcast_arrays(grid.x, grid.y)
        length = hypot(*course.goal)
        c, s = course.goal[0] / length, course.goal[1] / length
        along, aside = c * x + s * y, c * y - s * x
        near = (clear > CLEAR_M[0]) & (clear < CLEAR_M[1]) & (np.abs(aside) < ASIDE_M)
        near &= (along > -BEYOND_M) & (along < length + BEYOND_M)
        self._points: NDArray[np.float64] = np.column_stack([x[near], y[near]])
        self._clear: NDArray[np.float64] = clear[near]

    def __len__(self) -> int:
        """Count the places."""
        return len(self._points)

    def draw(self, rng: np.random.Generator) -> tuple[GroundTruth, Vector]:
        """Draw a state, and vx, vy [m/s], yaw rate [rad/s] as commanded in it."""
        index = int(rng.integers(len(self)))
        x, y = map(float, self._points[index] + rng.uniform(-0.025, 0.025, 2))
        goal = self._goal(rng)
        yaw = atan2(goal[1] - y, goal[0] - x) + float(rng.normal(0.0, _AHEAD_RAD))
        heading = rotation.about_z(yaw)
        lean_x, lean_y = map(float, rng.normal(0.0, _LEAN_RAD, 2))
        wx, wy, wz = map(float, rng.normal(0.0, (_RATE, _RATE, _YAW_RATE)))
        truth = GroundTruth(
            (x, y, self._course.terrain.height_at(x, y) + self._radius),
            rotation.multiply(heading, rotation.from_rotation_vector((lean_x, lean_y, 0.0))),
            rotation.rotate(heading, self._velocity(rng, float(self._clear[index]))),
            (wx, wy, wz),
        )
        return truth, self._command(rng, truth, goal)

    def _goal(self, rng: np.random.Generator) -> Point:
        """The goal of the course, its start, or anywhere."""
        kind = rng.random()
        if kind < 0.5:
            return self._course.goal
        if kind < 0.65:
            return (0.0, 0.0)
        x, y = map(float, rng.uniform(-ROAMS_M, ROAMS_M, 2))
        return (x, y)

    def _velocity(self, rng: np.random.Generator, clear: float) -> Vector:
        """In the heading frame, about ahead: standing, as fast as it can stop, or as it likes."""
        fast = sqrt(2.0 * BRAKING * max(clear - STOPS_AT_M, 0.0)) + TOO_FAST
        kind = rng.random()
        most = 0.0 if kind < 0.3 else min(fast, self._limits.max_forward)
        speed = float(rng.uniform(0.0, self._limits.max_forward if kind > 0.8 else most))
        direction = float(rng.normal(0.0, _MOVES_RAD))
        dx, dy = map(float, rng.normal(0.0, 0.02, 2))
        return (speed * cos(direction) + dx, speed * sin(direction) + dy, 0.0)

    def _command(self, rng: np.random.Generator, truth: GroundTruth, goal: Point) -> Vector:
        """Towards the goal; at times with the drift and the hesitation of a hand."""
        speed = float(rng.uniform(0.4, 1.0)) * self._limits.max_forward
        vx, vy, yaw_rate = toward(truth, goal, speed)
        if rng.random() < 0.3:
            vy = float(np.clip(rng.normal(0.0, 0.05), -0.1, 0.1))
            most = self._limits.max_yaw_rate
            yaw_rate = float(np.clip(yaw_rate + rng.normal(0.0, _TURNS), -most, most))
        return (vx, vy, yaw_rate)
