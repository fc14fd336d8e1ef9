"""Frames of the robot (REP 105): where its sensors are in base_link, and where base_link is.

odom stands still, on the ground where the estimate began. base_footprint is below the ball's centre
and turns with the heading; base_link is the ball's centre, and leans. A camera has two frames, its
link (x forward) and its optical frame (z forward, REP 103).
"""

from math import atan2, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Quaternion, Vector
from ballbot_fusion.core.viewpoint import axes

ODOM, FOOTPRINT, BASE = "odom", "base_footprint", "base_link"
OPTICAL = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
"""Columns: an optical frame's right, down and forward in the link of its camera."""


class Mount(NamedTuple):
    """A frame that is fixed to another."""

    joint: str
    """What URDF calls it."""
    parent: str
    child: str
    position: Vector
    """Origin of the child in the parent, m."""
    rpy: Vector
    """Roll, pitch and yaw of the child in the parent, fixed axes, rad."""


class Transform(NamedTuple):
    """Where a frame is in its parent."""

    parent: str
    child: str
    position: Vector
    """Origin of the child in the parent, m."""
    turned: Quaternion
    """Turns vectors of the child into the parent, (x, y, z, w)."""


def rpy_of(matrix: NDArray[np.float64]) -> Vector:
    """Roll, pitch and yaw (fixed axes, rad) of a rotation matrix (3, 3)."""
    level = sqrt(matrix[0, 0] ** 2 + matrix[1, 0] ** 2)
    pitch = atan2(-matrix[2, 0], level)
    if level < 1e-9:  # straight up or down: roll and yaw turn about the same axis
        return atan2(-matrix[1, 2], matrix[1, 1]), pitch, 0.0
    return atan2(matrix[2, 1], matrix[2, 2]), pitch, atan2(matrix[1, 0], matrix[0, 0])


def matrix_of(rpy: Vector) -> NDArray[np.float64]:
    """Rotation matrix (3, 3) of roll, pitch and yaw (fixed axes, rad)."""
    q = rotation.from_rpy(*rpy)
    columns = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    return np.array([rotation.rotate(q, column) for column in columns]).T


def mounts(robot: RobotConfig) -> tuple[Mount, ...]:
    """Frames of IMU and cameras, as the robot file has them; parents before children.

    A sensor whose driver says base_link has no frame of its own.
    """
    imu = robot.imu
    roll, pitch, yaw = (float(angle) for angle in np.radians(imu.rpy_deg))
    found = [Mount("imu_joint", BASE, imu.frame_id, imu.position, (roll, pitch, yaw))]
    for number, camera in enumerate(robot.cameras):
        name = f"camera_{number}"
        optical = axes(camera.yaw_deg, camera.pitch_deg, camera.roll_deg)
        pose = rpy_of(optical @ OPTICAL.T)
        found += [
            Mount(f"{name}_joint", BASE, f"{name}_link", camera.position, pose),
            Mount(
                f"{name}_optical_joint", f"{name}_link", camera.frame_id, (0.0, 0.0, 0.0),
                rpy_of(OPTICAL),
            ),
        ]  # fmt: skip
    return tuple(mount for mount in found if mount.child != BASE)


def static_transforms(robot: RobotConfig) -> tuple[Transform, ...]:
    """``mounts`` as transforms."""
    return tuple(
        Transform(m.parent, m.child, m.position, rotation.from_rpy(*m.rpy)) for m in mounts(robot)
    )


def moving_transforms(robot: RobotConfig, estimate: Estimate) -> tuple[Transform, Transform]:
    """Where the robot is: odom to base_footprint, and base_footprint to base_link.

    The ground counts as level and of height 0: nothing on the robot measures its height.
    """
    x, y, _ = estimate.position
    heading = rotation.about_z(estimate.yaw)
    up = (0.0, 0.0, robot.ball.radius)
    return (
        Transform(ODOM, FOOTPRINT, (x, y, 0.0), heading),
        Transform(FOOTPRINT, BASE, up, estimate.tilt_rotation),
    )
