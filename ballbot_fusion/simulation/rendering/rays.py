"""Depth by ray casting on terrain and obstacles: no GL, one core, compiled by numba.

Rays walk the grid of the height field cell by cell (Amanatides and Woo, "A fast voxel traversal
algorithm", Eurographics 1987) and meet its two triangles. The robot itself is never in view.
"""

from math import hypot, radians, tan

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import Camera, RobotConfig
from ballbot_fusion.simulation.model import camera_axes
from ballbot_fusion.simulation.rendering.ray_obstacles import (
    box_table,
    cylinder_table,
    robot_table,
    within,
)
from ballbot_fusion.simulation.rendering.ray_screen import obstacle_image, pixel_ray
from ballbot_fusion.simulation.rendering.renderer import poses_of
from ballbot_fusion.simulation.sensors.depth import SIGHT
from ballbot_fusion.simulation.terrain import Terrain

_EARLIER = 1e-6
"""By this share of the way a ray is looked at before it comes down to the highest point."""


@njit(cache=True)
def _meet(a, du, dv, ray, base, top):  # type: ignore[no-untyped-def]
    """Distance at which a ray meets the plane a + du x + dv y within [base, top], or infinity."""
    # ray: origin (x, y, z) and direction (x, y, z), x and y in cells from the triangle's corner.
    fall = du * ray[3] + dv * ray[4] - ray[5]
    if fall == 0.0:
        return np.inf
    t = (ray[2] - a - du * ray[0] - dv * ray[1]) / fall
    return t if base <= t <= top else np.inf


@njit(cache=True)
def cast(heights, top, cell, origin, direction, limit, ray):  # type: ignore[no-untyped-def]
    """Distance along ``direction`` to the height field, or infinity.

    ``top`` is its highest point, above which a ray meets nothing; ``ray`` (6,) is scratch.
    """
    rows, columns = heights.shape
    x, y, z = origin[0] / cell, origin[1] / cell, origin[2]
    dx, dy, dz = direction[0] / cell, direction[1] / cell, direction[2]
    start, stop = 0.0, limit
    if z > top:
        if dz >= 0.0:
            return np.inf
        start = (1.0 - _EARLIER) * (top - z) / dz
    # Clip to the field's square.
    for place, rate, count in ((x, dx, columns - 1), (y, dy, rows - 1)):
        if rate == 0.0:
            if place < 0.0 or place > count:
                return np.inf
            continue
        near, far = (0.0 - place) / rate, (count - place) / rate
        if near > far:
            near, far = far, near
        start, stop = max(start, near), min(stop, far)
    if start >= stop:
        return np.inf
    column = min(max(int(np.floor(x + dx * start)), 0), columns - 2)
    row = min(max(int(np.floor(y + dy * start)), 0), rows - 2)
    step_x, step_y = (1 if dx > 0 else -1), (1 if dy > 0 else -1)
    t_x = ((column + (dx > 0)) - x) / dx if dx != 0.0 else np.inf
    t_y = ((row + (dy > 0)) - y) / dy if dy != 0.0 else np.inf
    ray[2], ray[3], ray[4], ray[5] = z, dx, dy, dz
    t = start
    while t < stop:
        leave = min(t_x, t_y, stop)
        h00, h01 = heights[row, column], heights[row, column + 1]
        h10, h11 = heights[row + 1, column], heights[row + 1, column + 1]
        if min(z + dz * t, z + dz * leave) <= max(max(h00, h01), max(h10, h11)):
            ray[0], ray[1] = x - column, y - row
            lower = _meet(h00, h01 - h00, h11 - h01, ray, t - 1e-9, leave + 1e-9)
            upper = _meet(h00, h11 - h10, h10 - h00, ray, t - 1e-9, leave + 1e-9)
            # Each plane counts on its own side of the diagonal.
            if lower < np.inf and ray[0] + dx * lower < ray[1] + dy * lower:
                lower = np.inf
            if upper < np.inf and ray[0] + dx * upper > ray[1] + dy * upper:
                upper = np.inf
            hit = min(lower, upper)
            if hit < np.inf:
                return hit
        t = leave
        if t_x < t_y:
            column += step_x
            t_x += abs(1.0 / dx)
        else:
            row += step_y
            t_y += abs(1.0 / dy)
        if column < 0 or row < 0 or column > columns - 2 or row > rows - 2:
            return np.inf
    return np.inf


@njit(cache=True)
def _image(ground, obstacles, lens, size):  # type: ignore[no-untyped-def]
    """Depth image; see ray_screen for ``lens`` and ``size``."""
    heights, top, cell, half_size, limit = ground
    boxes, cylinders = obstacles
    width, height = size
    found = obstacle_image(boxes, cylinders, lens, size)
    depth = np.full((height, width), np.inf, np.float32)
    # The field's grid starts at its corner.
    corner = lens[0] + np.array([half_size, half_size, 0.0])
    direction, ray = np.empty(3), np.empty(6)
    for row in range(height):
        for column in range(width):
            pixel_ray(direction, lens, size, row, column)
            nearest = found[row, column]
            ground_hit = cast(heights, top, cell, corner, direction, min(nearest, limit), ray)
            hit = min(nearest, ground_hit)
            if hit <= limit:
                depth[row, column] = hit
    return depth


def _rotation_matrix(q: rotation.Quaternion) -> NDArray[np.float64]:
    columns = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    return np.array([rotation.rotate(q, column) for column in columns]).T


Field = tuple[NDArray[np.float64], float, float, float]
"""Heights (n, n), the highest of them, their pitch and half the size of their square, m."""


def field_of(terrain: Terrain) -> Field:
    """Ground of a terrain as rays meet it; a plane ends where the terrain does."""
    heights = np.zeros((2, 2)) if terrain.heights is None else terrain.heights
    pitch = terrain.size_m / (len(heights) - 1)
    grid = np.ascontiguousarray(heights, np.float64)
    return grid, float(grid.max()), pitch, terrain.size_m / 2


def obstacles_of(terrain: Terrain) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes and cylinders of a terrain as rays meet them."""
    return box_table(terrain.obstacles), cylinder_table(terrain.obstacles)


class Mount:
    """Where a camera sits on the robot, and how wide it sees."""

    def __init__(self, camera: Camera) -> None:
        """Take pose and field of view from the robot file."""
        self._position, self._axes = np.array(camera.position), camera_axes(camera)
        self.half_height = tan(radians(camera.fov_deg) / 2)
        """Half the height of the image plane at unit distance."""

    def placed(
        self, base: NDArray[np.float64], orientation: rotation.Quaternion
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Eye (3,) and image axes (3, 3) in the world, for base_link at ``base`` (3,)."""
        turned = _rotation_matrix(orientation)
        return base + turned @ self._position, turned @ self._axes


class RayRenderer:
    """Casts one ray per pixel. It takes other robots for two upright cylinders, hull and ball."""

    kind = "rays"

    def __init__(self, robot: RobotConfig, terrain: Terrain, robots: int = 1) -> None:
        """Prepare for ``robot``'s cameras on ``terrain``; rays end where cameras see no more.

        There are that many ``robots`` in the world.
        """
        limit = SIGHT * max(camera.max_range for camera in robot.cameras)
        self._ground = (*field_of(terrain), limit)
        self._boxes, self._cylinders = obstacles_of(terrain)
        self._mounts = [Mount(camera) for camera in robot.cameras]
        self._robot, self._robots = robot, robots
        self._limit = limit
        # Compiles, or loads what was compiled: seconds that must not fall into the first frame.
        self.render(np.tile([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0], robots), 0, 1, 1)

    def render(
        self, qpos: NDArray[np.float64], camera: int, width: int, height: int
    ) -> NDArray[np.float32]:
        """See DepthRenderer.render."""
        mount = self._mounts[camera]
        w, x, y, z = qpos[3:7].tolist()
        eye, axes = mount.placed(qpos[:3], rotation.normalised((x, y, z, w)))
        half_width = mount.half_height * width / height
        reach = self._limit * hypot(1.0, mount.half_height, half_width)
        cylinders = self._cylinders
        if self._robots > 1:
            others = poses_of(qpos, self._robots)[1:]
            cylinders = np.concatenate([cylinders, robot_table(self._robot, others)])
        obstacles = within(self._boxes, cylinders, eye, reach)
        lens = (eye, axes, half_width, mount.half_height)
        return _image(self._ground, obstacles, lens, (width, height))

    def close(self) -> None:
        """See DepthRenderer.close."""
