"""What the cameras can see of the ground: the true height of a point, or nothing.

A point is seen by a camera when it lies in its image, within its range, and nothing stands between.
The terrain elsewhere has no influence: what a student sees is enough to imitate who sees this.
"""

from math import radians, tan

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.model import camera_axes
from ballbot_fusion.simulation.rendering.ray_obstacles import box_table, cylinder_table, nearest
from ballbot_fusion.simulation.rendering.rays import cast, rotation_matrix
from ballbot_fusion.simulation.simulation import GroundTruth
from ballbot_fusion.simulation.teacher.fan import Fan
from ballbot_fusion.simulation.terrain import Terrain

CLOSE_ENOUGH = 0.98
"""A ray that gets this far of the way to a point has met the point."""


@njit(cache=True)
def _height(heights, cell, half_size, x, y):  # type: ignore[no-untyped-def]
    """Height of the field at a point, NaN outside it; MuJoCo's two triangles per cell."""
    count = len(heights)
    u, v = (x + half_size) / cell, (y + half_size) / cell
    if u < 0.0 or v < 0.0 or u > count - 1 or v > count - 1:
        return np.nan
    column, row = min(int(u), count - 2), min(int(v), count - 2)
    u, v = u - column, v - row
    h00, h01 = heights[row, column], heights[row, column + 1]
    h10, h11 = heights[row + 1, column], heights[row + 1, column + 1]
    if u > v:
        return h00 + u * (h01 - h00) + v * (h11 - h01)
    return h00 + v * (h10 - h00) + u * (h11 - h10)


@njit(cache=True)
def _dot(vector, axes, column):  # type: ignore[no-untyped-def]
    """Component of a vector along a column of (3, 3)."""
    x, y, z = vector
    return x * axes[0, column] + y * axes[1, column] + z * axes[2, column]


@njit(cache=True)
def _look(ground, obstacles, lens, axes, points):  # type: ignore[no-untyped-def]
    """Heights (N,) of points (N, 2) of the world, NaN where this camera does not see them."""
    heights, cell, half_size, is_plane = ground
    boxes, cylinders = obstacles
    position, half_width, near, far = lens
    seen = np.full(len(points), np.nan)
    corner = position + np.array([half_size, half_size, 0.0])
    ray, toward = np.empty(6), np.empty(3)
    for index in range(len(points)):
        x, y = points[index]
        z = 0.0 if is_plane else _height(heights, cell, half_size, x, y)
        if np.isnan(z):
            continue
        for axis in range(3):
            toward[axis] = (x, y, z)[axis] - position[axis]
        depth = -_dot(toward, axes, 2)
        if depth < near or depth > far:
            continue
        reach = depth * half_width
        if abs(_dot(toward, axes, 0)) > reach or abs(_dot(toward, axes, 1)) > reach:
            continue
        if nearest(boxes, cylinders, position, toward) < 1.0:
            continue
        if not is_plane and cast(heights, cell, corner, toward, 1.0, ray) < CLOSE_ENOUGH:
            continue
        seen[index] = z
    return seen


class Sight:
    """Looks at the ground of one terrain through a robot's cameras; images are square."""

    def __init__(self, robot: RobotConfig, terrain: Terrain, fan: Fan) -> None:
        """Prepare for looking at the points of ``fan``."""
        plane = terrain.heights is None
        heights = np.zeros((2, 2)) if terrain.heights is None else terrain.heights
        self._ground = (
            np.ascontiguousarray(heights, np.float64),
            terrain.size_m / (len(heights) - 1),
            terrain.size_m / 2,
            plane,
        )
        self._obstacles = (box_table(terrain.obstacles), cylinder_table(terrain.obstacles))
        self._cameras = [
            (
                np.array(camera.position),
                camera_axes(camera),
                (tan(radians(camera.fov_deg) / 2), camera.min_range, camera.max_range),
            )
            for camera in robot.cameras
        ]
        self._fan = np.column_stack([fan.x.ravel(), fan.y.ravel()])
        self._shape = fan.x.shape
        self._radius = robot.ball.radius

    def look(self, truth: GroundTruth, camera: int) -> NDArray[np.float64]:
        """Heights (spokes, rings) of the fan above where the ball stands [m]; NaN: not seen."""
        position, axes, lens = self._cameras[camera]
        turned = rotation_matrix(truth.orientation)
        place = np.array(truth.position)
        yaw = rotation.yaw_of(truth.orientation)
        c, s = np.cos(yaw), np.sin(yaw)
        points = self._fan @ np.array([[c, s], [-s, c]]) + place[:2]
        eye = (place + turned @ position, *lens)
        seen = _look(self._ground, self._obstacles, eye, turned @ axes, points)
        heights: NDArray[np.float64] = seen.reshape(self._shape) - (place[2] - self._radius)
        return heights
