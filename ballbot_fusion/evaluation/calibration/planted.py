"""A robot that is not as its owner's file says, drawn from a seed."""

from math import degrees, radians, tan
from typing import NamedTuple

import numpy as np

from ballbot_fusion.core import rotation
from ballbot_fusion.core.frames import matrix_of, rpy_of
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.settings import validate
from ballbot_fusion.simulation.settings import SimulationSettings

MOUNT_DEG = 5.0
"""Largest error of roll and of pitch of the IMU's mount."""
HEADING_DEG = 1.0
"""The same of its yaw, which no step finds."""
LEAN_DEG = 2.0
"""Largest lean in balance, along each axis."""
RADIUS = 0.08
"""Largest error of the wheels' radius, as a share."""
GYRO_BIAS = 0.03
"""Standard deviation about each axis, rad/s."""


class Planted(NamedTuple):
    """What is simulated."""

    robot: RobotConfig
    errors: SimulationSettings


def planted(hidden: RobotConfig, errors: SimulationSettings, seed: int) -> Planted:
    """Plant offsets of every kind in ``hidden``, whose sensors have ``errors``."""
    draw = np.random.default_rng((seed, 61)).uniform(-1.0, 1.0, 6)
    roll, pitch, yaw = (
        radians(size) * by
        for size, by in zip((MOUNT_DEG, MOUNT_DEG, HEADING_DEG), draw[:3].tolist(), strict=True)
    )
    x, y, z = (radians(angle) for angle in hidden.imu.rpy_deg)
    askew = rotation.from_rotation_vector((roll, pitch, yaw))
    columns = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    turn = np.array([rotation.rotate(askew, column) for column in columns]).T
    mount = [degrees(angle) for angle in rpy_of(turn @ matrix_of((x, y, z)))]
    lean = np.radians(LEAN_DEG) * draw[3:5]
    aside = [-hidden.base.com_height * tan(angle) for angle in lean.tolist()]
    values = hidden.model_dump()
    values["imu"]["rpy_deg"] = mount
    values["base"]["com_offset"] = aside
    values["wheels"]["radius"] *= 1.0 + RADIUS * float(draw[5])
    worse = errors.model_copy(
        update={"imu": errors.imu.model_copy(update={"gyro_bias": GYRO_BIAS})}
    )
    return Planted(validate(RobotConfig, values, f"the robot of seed {seed}"), worse)
