"""What the cameras can see of the ground: the true height of a point, or nothing.

A point is seen by a camera when it lies in its image, within its range, and nothing stands between.
The terrain elsewhere has no influence: what a student sees is enough to imitate who sees this.
"""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.compiled import compiled
from ballbot_fusion.simulation.rendering.ray_field import cast, field_of
from ballbot_fusion.simulation.rendering.ray_obstacles import nearest, within
from ballbot_fusion.simulation.rendering.rays import Mount, obstacles_of
from ballbot_fusion.simulation.simulation import GroundTruth
from ballbot_fusion.simulation.teacher.fan import Fan
from ballbot_fusion.simulation.terrain import Terrain
from ballbot_fusion.simulation.terrain.terrain import surface_height

RIM = 0.9
"""What lies further out in an image, as a share, may leave it when the robot leans."""
CLOSE_ENOUGH = 0.98
"""A ray that gets this far of the way to a point has met the point."""


_surface_height = compiled(surface_height)


@compiled
def _dot(vector, axes, column):  # type: ignore[no-untyped-def]
    """Component of a vector along a column of (3, 3)."""
    x, y, z = vector
    return x * axes[0, column] + y * axes[1, column] + z * axes[2, column]


@compiled
def _look(ground, obstacles, lens, axes, points):  # type: ignore[no-untyped-def]
    """Heights (N,) of points (N, 2) of the world, NaN where this camera does not see them."""
    field, is_plane = ground
    heights, half_size = field.heights, field.half_size
    size = 2.0 * half_size
    boxes, cylinders = obstacles
    position, half_width, near, far = lens
    seen = np.full(len(points), np.nan)
    origin = (position[0] + half_size, position[1] + half_size, position[2])
    for index in range(len(points)):
        x, y = points[index]
        if not is_plane and max(abs(x), abs(y)) > half_size:
            continue
        z = 0.0 if is_plane else _surface_height(heights, size, x, y)
        toward = (x - position[0], y - position[1], z - position[2])
        depth = -_dot(toward, axes, 2)
        if depth < near or depth > far:
            continue
        reach = depth * half_width
        if abs(_dot(toward, axes, 0)) > reach or abs(_dot(toward, axes, 1)) > reach:
            continue
        if nearest(boxes, cylinders, position, toward) < 1.0:
            continue
        if not is_plane and cast(field, origin, toward, 1.0) < CLOSE_ENOUGH:
            continue
        seen[index] = z
    return seen


class Sight:
    """Looks at the ground of one terrain through a robot's cameras; images are square."""

    def __init__(self, robot: RobotConfig, terrain: Terrain, fan: Fan) -> None:
        """Prepare for looking at the points of ``fan``."""
        self._ground = (field_of(terrain), terrain.heights is None)
        self._boxes, self._cylinders = obstacles_of(terrain)
        self._cameras = [
            (Mount(camera), camera.min_range, camera.max_range) for camera in robot.cameras
        ]
        self._fan = np.column_stack([fan.x.ravel(), fan.y.ravel()])
        self._shape = fan.x.shape
        self._radius = robot.ball.radius

    def look(self, truth: GroundTruth, camera: int) -> NDArray[np.float64]:
        """Heights (spokes, rings) of the fan above where the ball stands [m]; NaN: not seen."""
        mount, near, far = self._cameras[camera]
        place = np.array(truth.position)
        eye, axes = mount.placed(place, truth.orientation)
        yaw = rotation.yaw_of(truth.orientation)
        c, s = np.cos(yaw), np.sin(yaw)
        points = self._fan @ np.array([[c, s], [-s, c]]) + place[:2]
        lens = (eye, mount.half_height, near, far)
        reach = float(np.hypot(*(points - eye[:2]).T).max())
        obstacles = within(self._boxes, self._cylinders, eye, reach)
        seen = _look(self._ground, obstacles, lens, axes, points)
        heights: NDArray[np.float64] = seen.reshape(self._shape) - (place[2] - self._radius)
        return heights

    def in_view(self) -> NDArray[np.bool_]:
        """(spokes, rings) where some camera looks, level robot on level ground, but for a rim."""
        base = np.array([0.0, 0.0, self._radius])
        found = np.zeros(self._shape, bool)
        for mount, near, far in self._cameras:
            eye, axes = mount.placed(base, (0.0, 0.0, 0.0, 1.0))
            points = np.column_stack([self._fan, np.zeros(len(self._fan))]) - eye
            depth = -points @ axes[:, 2]
            reach = RIM * depth * mount.half_height
            seen = (depth > near) & (depth < far)
            for axis in (0, 1):
                seen &= np.abs(points @ axes[:, axis]) < reach
            found |= seen.reshape(self._shape)
        return found
