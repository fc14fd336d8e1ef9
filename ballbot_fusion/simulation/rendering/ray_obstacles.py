"""Where rays meet obstacles, compiled by numba: slabs for boxes, a quadratic for cylinders.

Kay and Kajiya, "Ray tracing complex scenes", SIGGRAPH 1986. A ray that starts inside an obstacle
does not see it, as OpenGL does not draw faces from behind.
"""

from collections.abc import Iterable
from math import cos, sin

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.compiled import compiled
from ballbot_fusion.simulation.model import hull_ends
from ballbot_fusion.simulation.terrain import Box, Cylinder, Obstacle

Table = NDArray[np.float64]


def box_table(obstacles: Iterable[Obstacle]) -> Table:
    """(n, 8): centre, half size, cosine and sine of the yaw of every box."""
    rows = [
        (*box.centre, *box.half_size, cos(box.yaw), sin(box.yaw))
        for box in obstacles
        if isinstance(box, Box)
    ]
    return np.array(rows, np.float64).reshape(-1, 8)


def cylinder_table(obstacles: Iterable[Obstacle]) -> Table:
    """(n, 5): centre, radius, half height of every cylinder."""
    rows = [
        (*pillar.centre, pillar.radius, pillar.half_height)
        for pillar in obstacles
        if isinstance(pillar, Cylinder)
    ]
    return np.array(rows, np.float64).reshape(-1, 5)


def robot_table(robot: RobotConfig, poses: Table) -> Table:
    """(2 n, 5): hulls and balls of robots with these poses (n, 7), as cylinders that stand upright.

    Robots that balance lean by a few degrees, which moves the top of a hull by a few cm.
    """
    places = poses[:, :3].tolist()
    low, high = hull_ends(robot)
    radius, half = robot.ball.radius, 0.5 * (high - low)
    hulls = [(x, y, z + low + half, robot.base.radius, half) for x, y, z in places]
    balls = [(x, y, z, radius, radius) for x, y, z in places]
    return np.array([*hulls, *balls], np.float64)


def within(boxes: Table, cylinders: Table, eye: Table, reach: float) -> tuple[Table, Table]:
    """Return the boxes and cylinders that a ray from ``eye`` (3,) may meet within ``reach`` m."""
    box_radii = np.hypot(boxes[:, 3], boxes[:, 4])
    return (
        boxes[_gap(boxes, eye) <= reach + box_radii],
        cylinders[_gap(cylinders, eye) <= reach + cylinders[:, 3]],
    )


def _gap(table: Table, eye: Table) -> Table:
    """(n,) horizontal distance from ``eye`` to every centre, m."""
    gap: Table = np.hypot(table[:, 0] - eye[0], table[:, 1] - eye[1])
    return gap


@compiled
def _between(place, rate, half):  # type: ignore[no-untyped-def]
    """Distances at which place + t rate enters and leaves [-half, half]."""
    if rate == 0.0:
        return (-np.inf, np.inf) if abs(place) <= half else (np.inf, -np.inf)
    first, second = (-half - place) / rate, (half - place) / rate
    return (first, second) if first <= second else (second, first)


@compiled
def hit_box(box, origin, direction):  # type: ignore[no-untyped-def]
    """Distance along ``direction`` to a row of a box table, or infinity."""
    x, y, z = origin[0] - box[0], origin[1] - box[1], origin[2] - box[2]
    c, s = box[6], box[7]
    dx, dy = direction[0], direction[1]
    x_in, x_out = _between(c * x + s * y, c * dx + s * dy, box[3])
    y_in, y_out = _between(c * y - s * x, c * dy - s * dx, box[4])
    z_in, z_out = _between(z, direction[2], box[5])
    enter = max(x_in, y_in, z_in)
    return enter if 0.0 < enter <= min(x_out, y_out, z_out) else np.inf


@compiled
def hit_cylinder(pillar, origin, direction):  # type: ignore[no-untyped-def]
    """Distance along ``direction`` to a row of a cylinder table, or infinity."""
    x, y = origin[0] - pillar[0], origin[1] - pillar[1]
    dx, dy = direction[0], direction[1]
    a, b = dx * dx + dy * dy, x * dx + y * dy
    c = x * x + y * y - pillar[3] * pillar[3]
    if a == 0.0:
        r_in, r_out = (-np.inf, np.inf) if c <= 0.0 else (np.inf, -np.inf)
    else:
        root = b * b - a * c
        if root < 0.0:
            return np.inf
        r_in, r_out = (-b - np.sqrt(root)) / a, (-b + np.sqrt(root)) / a
    z_in, z_out = _between(origin[2] - pillar[2], direction[2], pillar[4])
    enter = max(r_in, z_in)
    return enter if 0.0 < enter <= min(r_out, z_out) else np.inf


@compiled
def nearest(boxes, cylinders, origin, direction):  # type: ignore[no-untyped-def]
    """Distance along ``direction`` to the nearest obstacle ahead, or infinity; world frame."""
    found = np.inf
    for index in range(len(boxes)):
        found = min(found, hit_box(boxes[index], origin, direction))
    for index in range(len(cylinders)):
        found = min(found, hit_cylinder(cylinders[index], origin, direction))
    return found
