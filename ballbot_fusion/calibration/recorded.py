"""Samples of a while as arrays, by the times at which they were taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import radians
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.calibration.outcome import refused
from ballbot_fusion.core import rotation
from ballbot_fusion.core.checks import check_imu, check_joints
from ballbot_fusion.core.frames import matrix_of
from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ImuSample, JointSample, Sample, Source
from ballbot_fusion.core.wheel_joints import WheelJoints

Floats = NDArray[np.float64]
SampleT = TypeVar("SampleT", bound=Sample)
SPOILT = 0.02
"""Share of the samples that may be unusable."""
HOLE_S = 0.1
"""Longest time without a sample that is bridged."""
DOCTOR = "`ballbot doctor` says what is wrong with drivers and names."


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
        return cls(
            robot, _usable("imu/data", imu, seconds), _usable("joint_states", joints, seconds)
        )

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


def _rising(samples: Sequence[SampleT]) -> list[SampleT]:
    """In the order of their stamps; of equal ones the first."""
    by_stamp: dict[int, SampleT] = {}
    for sample in samples:
        by_stamp.setdefault(sample.stamp_ns, sample)
    return [by_stamp[stamp] for stamp in sorted(by_stamp)]


def _usable(
    what: str, judged: Sequence[tuple[SampleT, Reason]], seconds: float
) -> tuple[SampleT, ...]:
    """Return the good ones; refuse where many are not, or they do not last."""
    defects = [defect for _, defect in judged if defect is not Reason.OK]
    if len(defects) > SPOILT * len(judged):
        raise refused(
            what, f"{len(defects)} of {len(judged)} samples unusable ({defects[0].text})",
            f"{SPOILT:.0%} at most", DOCTOR,
        )  # fmt: skip
    good = _rising([sample for sample, defect in judged if defect is Reason.OK])
    _lasting(what, good, seconds)
    return tuple(good)


def _lasting(what: str, samples: Sequence[Sample], seconds: float) -> None:
    if len(samples) < 2:
        raise refused(what, f"{len(samples)} usable samples", f"{seconds:g} s of them", DOCTOR)
    stamps = [sample.stamp_ns for sample in samples]
    lasts_s = (stamps[-1] - stamps[0]) * 1e-9
    if lasts_s < 0.9 * seconds:
        raise refused(what, f"samples of {lasts_s:.1f} s", f"{seconds:g} s", DOCTOR)
    hole_s = max(b - a for a, b in pairwise(stamps)) * 1e-9
    if hole_s > HOLE_S:
        raise refused(
            what, f"a hole of {hole_s:.2f} s in its stamps", f"{HOLE_S:g} s at most",
            "End what keeps the processor busy, and measure again.",
        )  # fmt: skip
