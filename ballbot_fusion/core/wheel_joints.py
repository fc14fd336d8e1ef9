"""From what drivers say of joints to wheels, and back: names, order, signs, gears, units.

A wheel turns positively about the axis that core/kinematics.py gives it, whatever a driver counts.
Speeds may be differentiated here; two samples and the time between them are all that it takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ballbot_fusion.core.checks import MAX_WHEEL_SPEED, joint_order
from ballbot_fusion.core.robot import Names, RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import JointSample, Source

LONGEST_NS = 40_000_000
"""Positions further apart say nothing of the speed now: it is measured anew from the next two."""


def _times(a: Vector, b: Vector) -> Vector:
    return a[0] * b[0], a[1] * b[1], a[2] * b[2]


def _ones_over(values: Vector) -> Vector:
    return 1.0 / values[0], 1.0 / values[1], 1.0 / values[2]


@dataclass(frozen=True)
class WheelJoints:
    """Constants of one robot."""

    names: Names
    """As the drivers have them, in the policy's order."""
    per_joint: Vector
    """Wheel's turn per turn of the driver's joint."""
    per_unit: Vector
    """Torque at the wheel per unit of command, N m."""
    differentiates: bool
    """Whether speeds come from positions."""
    smoothing_s: float
    per_speed: Vector
    """Wheel's speed per speed that the driver is told of its joint."""

    @classmethod
    def of(cls, robot: RobotConfig) -> "WheelJoints":
        """Derive the constants from the robot file."""
        encoders, motors = robot.encoders, robot.motors
        a, b, c = (sign / encoders.gear for sign in encoders.direction)
        x, y, z = (sign / motors.units_per_nm for sign in motors.direction)
        u, v, w = (sign / encoders.gear for sign in motors.direction)
        return cls(
            robot.driver_names, (a, b, c), (x, y, z),
            encoders.speeds == "from_positions", encoders.smoothing_s, (u, v, w),
        )  # fmt: skip

    def in_order(self, sample: JointSample, values: Sequence[float]) -> Vector:
        """Pick the wheels' values in the policy's order; raises ValueError without a wheel."""
        order = joint_order(sample.names, self.names)
        if order is None:
            raise ValueError(f"Trusted joints {sample.names} lack one of {self.names}.")
        return values[order[0]], values[order[1]], values[order[2]]

    def efforts(self, sample: JointSample) -> Vector:
        """Torques at the wheels of a motor command, N m."""
        return _times(self.in_order(sample, sample.effort), self.per_unit)

    def commanded(self, efforts: Vector) -> Vector:
        """What the driver must be told for torques at the wheels, N m."""
        return _times(efforts, _ones_over(self.per_unit))

    def commanded_speeds(self, speeds: Vector) -> Vector:
        """What the driver must be told, rad/s of its joints, for wheel speeds [rad/s]."""
        return _times(speeds, _ones_over(self.per_speed))

    def asked_speeds(self, sample: JointSample) -> Vector:
        """Wheel speeds that a motor command asks for, rad/s."""
        return _times(self.in_order(sample, sample.velocity), self.per_speed)

    def shown(self, turns: Vector) -> Vector:
        """What the driver shows of wheel positions or speeds."""
        return _times(turns, _ones_over(self.per_joint))

    def speeds(self, sample: JointSample) -> Vector:
        """Wheel speeds as the driver sent them, rad/s."""
        return _times(self.in_order(sample, sample.velocity), self.per_joint)

    def differentiated(
        self, before: JointSample, sample: JointSample, seconds: float
    ) -> Vector | None:
        """Mean wheel speeds between two samples, rad/s; None when they are too far apart."""
        if not 0.0 < seconds * 1e9 <= LONGEST_NS:
            return None
        a, b, c = self.in_order(before, before.position)
        x, y, z = self.in_order(sample, sample.position)
        turned = ((x - a) / seconds, (y - b) / seconds, (z - c) / seconds)
        return _times(turned, self.per_joint)

    def jumped(self, before: JointSample, sample: JointSample, seconds: float) -> bool:
        """Whether no wheel can have turned so far since: a counter that wrapped, or lost count."""
        speeds = self.differentiated(before, sample, seconds) if self.differentiates else None
        return speeds is not None and max(map(abs, speeds)) > MAX_WHEEL_SPEED

    def smoothed(self, last: Vector, speeds: Vector, seconds: float) -> Vector:
        """Low pass of first order: ``last`` on its way to ``speeds``, ``seconds`` later."""
        share = seconds / (seconds + self.smoothing_s)
        a, b, c = last
        x, y, z = speeds
        return a + share * (x - a), b + share * (y - b), c + share * (z - c)

    def echo(self, efforts: Vector, stamp_ns: int, arrival_ns: int) -> JointSample:
        """Motor command for torques at the wheels [N m], as whoever listens to it hears it."""
        commanded = self.commanded(efforts)
        return JointSample(Source.MOTORS, stamp_ns, arrival_ns, self.names, effort=commanded)
