"""Depth by ray casting on terrain and obstacles: no GL, one core, compiled by numba.

The robot itself is never in view.
"""

from math import hypot, radians, tan

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import Camera, RobotConfig
from ballbot_fusion.simulation.compiled import compiled
from ballbot_fusion.simulation.model import camera_axes
from ballbot_fusion.simulation.rendering.ray_field import cast, field_of
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


@compiled
def _image(ground, obstacles, lens, size):  # type: ignore[no-untyped-def]
    """Depth image; see ray_screen for ``lens`` and ``size``."""
    field, limit = ground
    boxes, cylinders = obstacles
    width, height = size
    eye, half_size = lens[0], field.half_size
    found = obstacle_image(boxes, cylinders, lens, size)
    depth = np.full((height, width), np.inf, np.float32)
    origin = (eye[0] + half_size, eye[1] + half_size, eye[2])
    for row in range(height):
        for column in range(width):
            direction = pixel_ray(lens, size, row, column)
            nearest = found[row, column]
            hit = min(nearest, cast(field, origin, direction, min(nearest, limit)))
            if hit <= limit:
                depth[row, column] = hit
    return depth


def _rotation_matrix(q: rotation.Quaternion) -> NDArray[np.float64]:
    columns = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    return np.array([rotation.rotate(q, column) for column in columns]).T


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
        self._ground = (field_of(terrain), limit)
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
