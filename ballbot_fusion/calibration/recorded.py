"""Samples of a while as arrays, by the times at which they were taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import radians

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.calibration.usable import usable
from ballbot_fusion.core import rotation
from ballbot_fusion.core.checks import check_imu, check_joints
from ballbot_fusion.core.frames import matrix_of
from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ImuSample, JointSample, Sample, Source
from ballbot_fusion.core.wheel_joints import WheelJoints

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Recorded:
    """IMU and wheels of one robot: stamps rise, and every sample can be used."""

    robot: RobotConfig
    imu: tuple[ImuSample, ...]
    joints: tuple[JointSample, ...]

    @classmethod
    def of(cls, robot: RobotConfig, samples: Sequence[Sample], seconds: float) -> "Recorded":
        """Sort out ``samples`` of IMU and encoders, which ``seconds`` are wanted of.

        Raises:
            CalibrationRefusedError: too few of them, with holes, or unusable.
        """
        names, encoders = robot.driver_names, robot.encoders
        imu = [(s, check_imu(s, robot.imu)) for s in samples if isinstance(s, ImuSample)]
        joints = [
            (s, check_joints(s, names, encoders))
            for s in samples
            if isinstance(s, JointSample) and s.source is Source.ENCODERS
        ]
        return cls(robot, usable("imu/data", imu, seconds), usable("joint_states", joints, seconds))

    @cached_property
    def mount(self) -> Floats:
        """Turn vectors of imu_link into base_link by the robot file, (3, 3)."""
        roll, pitch, yaw = (radians(angle) for angle in self.robot.imu.rpy_deg)
        return matrix_of((roll, pitch, yaw))

    @cached_property
    def seconds(self) -> Floats:
        """When each IMU sample was taken, from the first on, (N,), s."""
        return _since(self.imu[0].stamp_ns, self.imu)

    @cached_property
    def gyro(self) -> Floats:
        """As sent, in imu_link, (N, 3), rad/s."""
        return np.array([sample.angular_velocity for sample in self.imu])

    @cached_property
    def rates(self) -> Floats:
        """Angular velocity in base_link, less the stored bias, (N, 3), rad/s."""
        return (self.gyro - np.array(self.robot.imu.gyro_bias)) @ self.mount.T

    @cached_property
    def forces(self) -> Floats:
        """Specific force as sent, in imu_link, (N, 3), m/s^2."""
        return np.array([sample.linear_acceleration for sample in self.imu])

    @property
    def is_oriented(self) -> bool:
        """Whether the robot goes by the orientation that the IMU sends."""
        as_sent = self.robot.imu.orientation == "as_sent"
        return as_sent and all(sample.orientation is not None for sample in self.imu)

    @cached_property
    def ups(self) -> Floats:
        """Where up is in imu_link, by what the robot goes by, (N, 3).

        By an orientation of unit length; by the accelerometer in units of gravity, with the
        robot's own acceleration in it.
        """
        if not self.is_oriented:
            return self.forces / GRAVITY
        turns = (rotation.conjugate(s.orientation) for s in self.imu if s.orientation is not None)
        return np.array([rotation.rotate(turn, (0.0, 0.0, 1.0)) for turn in turns])

    @cached_property
    def joint_seconds(self) -> Floats:
        """When each sample of the wheels was taken, from the first of the IMU on, (K,), s."""
        return _since(self.imu[0].stamp_ns, self.joints)

    @cached_property
    def wheel_speeds(self) -> Floats:
        """As the robot file has them, (K, 3), rad/s; differentiated where it says so."""
        wheels = WheelJoints.of(self.robot)
        if not wheels.differentiates:
            return np.array([wheels.speeds(sample) for sample in self.joints])
        rows = [
            wheels.differentiated(a, b, (b.stamp_ns - a.stamp_ns) * 1e-9) or (0.0, 0.0, 0.0)
            for a, b in pairwise(self.joints)
        ]
        return np.array([rows[0], *rows])


def _since(begin_ns: int, samples: Sequence[Sample]) -> Floats:
    """Stamps as seconds after ``begin_ns``: as doubles, they would not hold nanoseconds."""
    return np.array([(sample.stamp_ns - begin_ns) * 1e-9 for sample in samples])
