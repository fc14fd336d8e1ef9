"""Depth images by MuJoCo's own ray casting: slow, but it needs no GL."""

import mujoco
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.model import build_model, focal_length
from ballbot_fusion.simulation.terrain import Box, Terrain


def _clear(terrain: Terrain, x: float, y: float) -> bool:
    """Whether no obstacle is so near that a camera could be inside it."""
    for obstacle in terrain.obstacles:
        size = np.hypot(*obstacle.half_size[:2]) if isinstance(obstacle, Box) else obstacle.radius
        if np.hypot(obstacle.centre[0] - x, obstacle.centre[1] - y) < size + 0.35:
            return False
    return True


def poses(terrain: Terrain, count: int) -> list[NDArray[np.float64]]:
    """Random qpos of a robot that leans up to 20 degrees, clear of obstacles and of the edge."""
    random = np.random.default_rng(7)
    reach = min(3.0, terrain.size_m / 2 - 0.7)
    found: list[NDArray[np.float64]] = []
    while len(found) < count:
        qpos = np.zeros(11)
        qpos[:2] = random.uniform(-reach, reach, 2)
        qpos[2] = terrain.height_at(qpos[0], qpos[1]) + 0.11
        lean = random.uniform(-0.35, 0.35, 3) * (1.0, 1.0, 9.0)
        mujoco.mju_axisAngle2Quat(qpos[3:7], lean / np.linalg.norm(lean), np.linalg.norm(lean))
        qpos[7] = 1.0
        if _clear(terrain, qpos[0], qpos[1]):
            found.append(qpos)
    return found


def depth_by_mj_ray(
    robot: RobotConfig, terrain: Terrain, qpos: NDArray[np.float64], camera: int, size: int
) -> NDArray[np.float64]:
    """(size, size) depth along the optical axis [m] of the world without the robot, or inf."""
    model = build_model(robot, terrain)
    data = mujoco.MjData(model)
    data.qpos[:] = qpos
    mujoco.mj_forward(model, data)
    axes, start = data.cam_xmat[camera].reshape(3, 3), data.cam_xpos[camera]
    steps = (np.arange(size) + 0.5 - size / 2) / focal_length(robot.cameras[camera], size)
    right, down = np.meshgrid(steps, steps)
    rays = np.stack([right, -down, -np.ones_like(right)], axis=-1) @ axes.T
    stretch = np.linalg.norm(rays, axis=-1)
    world_only = np.array([1, 0, 0, 0, 0, 0], np.uint8)
    depth, hit = np.full((size, size), np.inf), np.array([-1], np.int32)
    ball = model.body("ball").id
    for index in np.ndindex(size, size):
        unit = rays[index] / stretch[index]
        far = mujoco.mj_ray(model, data, start, unit, world_only, 1, ball, hit)
        if far >= 0.0:
            depth[index] = far / stretch[index]
    return depth
