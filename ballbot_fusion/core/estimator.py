"""From IMU and wheel encoders to attitude, velocity and odometry.

Attitude: the IMU's own orientation where it gives one, otherwise the gyro integrated and pulled
towards the accelerometer's vertical (explicit complementary filter: Mahony, Hamel, Pflimlin, IEEE
TAC 53(5), 2008); or the observer of core/inertial.py, where the robot file says so. Velocity:
rolling of the ball on level ground, from wheels and gyro. What is upright is learned: see
core/level.py.
"""

from dataclasses import dataclass
from math import cos, radians, sin, sqrt
from typing import NamedTuple

from ballbot_fusion.core import rotation
from ballbot_fusion.core.inertial import Inertial, InertialObserver
from ballbot_fusion.core.kinematics import BallKinematics
from ballbot_fusion.core.level import COASTS_NS, LONGEST_STEP_NS, Level, LevelObserver
from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import IDENTITY, Quaternion, Vector
from ballbot_fusion.core.samples import ImuSample, JointSample
from ballbot_fusion.core.wheel_joints import WheelJoints

GRAVITY_TOLERANCE = 2.0
"""The accelerometer is believed while its length is this near to gravity, m/s^2."""
CORRECTION_RATE = 0.3
"""How fast the accelerometer corrects the gyro, 1/s."""
MAX_STEP_S = 0.1
"""Longest time that is bridged by integration; after a longer gap only the heading is kept."""
ZERO: Vector = (0.0, 0.0, 0.0)


class Estimate(NamedTuple):
    """Where the robot is, how it leans and moves. Steady nanoseconds; -1 = never updated."""

    attitude: Quaternion = IDENTITY
    """base_link in the odometry frame, (x, y, z, w)."""
    rate: Vector = ZERO
    """Angular velocity in base_link, rad/s."""
    velocity: Vector = ZERO
    """Ball centre in the heading frame, m/s; without encoders by what the motors gave since."""
    wheel_speeds: Vector = ZERO
    """rad/s, in the policy's joint order."""
    position: Vector = ZERO
    """Ball centre in the odometry frame, m."""
    imu_ns: int = -1
    encoders_ns: int = -1
    level: Level = Level()
    inertial: Inertial = Inertial()
    """What is known of a raw IMU; all zero where the robot file takes its orientation as sent."""

    @property
    def tilt_rotation(self) -> Quaternion:
        """base_link in the gravity-aligned heading frame."""
        return rotation.without_yaw(self.attitude)

    @property
    def tilt(self) -> float:
        """Angle from upright, rad."""
        return rotation.tilt_of(self.attitude)

    @property
    def yaw(self) -> float:
        """Heading in the odometry frame, rad."""
        return rotation.yaw_of(self.attitude)


def _turned(attitude: Quaternion, rate: Vector, seconds: float) -> Quaternion:
    step = rotation.from_rotation_vector((rate[0] * seconds, rate[1] * seconds, rate[2] * seconds))
    return rotation.normalised(rotation.multiply(attitude, step))


def _attitude_of(vertical: Vector) -> Quaternion:
    """Smallest rotation that explains a measured vertical (in base_link), without yaw."""
    x, y, z = vertical
    length = sqrt(x * x + y * y + z * z)
    if length < 1e-6 or z / length < -0.999:
        return IDENTITY
    tipped = rotation.normalised((y / length, -x / length, 0.0, 1.0 + z / length))
    return rotation.without_yaw(tipped)


@dataclass(frozen=True)
class Estimator:
    """Constants of one robot; all state is in the Estimate."""

    kinematics: BallKinematics
    joints: WheelJoints
    mount: Quaternion
    """imu_link in base_link."""
    level: LevelObserver
    inertial: InertialObserver | None = None
    """None: the IMU's own orientation counts, or else the accelerometer."""
    gyro_bias: Vector = ZERO
    """What the gyro shows at rest by the robot file, rad/s in imu_link."""

    @classmethod
    def of(cls, robot: RobotConfig) -> "Estimator":
        """Derive the constants from the robot file."""
        mount = rotation.from_rpy(*(radians(angle) for angle in robot.imu.rpy_deg))
        joints = WheelJoints.of(robot)
        estimated = robot.imu.orientation == "estimated"
        inertial = InertialObserver(robot.imu.position) if estimated else None
        return cls(
            BallKinematics.of(robot), joints, mount, LevelObserver.of(robot), inertial,
            robot.imu.gyro_bias,
        )  # fmt: skip

    def _rate(self, sample: ImuSample) -> Vector:
        """What the gyro says, less its stored bias, rad/s in base_link."""
        (x, y, z), (a, b, c) = sample.angular_velocity, self.gyro_bias
        return rotation.rotate(self.mount, (x - a, y - b, z - c))

    def with_imu(self, estimate: Estimate, sample: ImuSample, taken_ns: int) -> Estimate:
        """Advance attitude and rate to a trusted IMU sample taken at ``taken_ns`` (steady)."""
        if estimate.imu_ns < 0:
            estimate = estimate._replace(level=self.level.begun(estimate.level))
        if self.inertial is not None:
            return self._with_raw_imu(self.inertial, estimate, sample, taken_ns)
        rate = self._rate(sample)
        seconds = (taken_ns - estimate.imu_ns) * 1e-9
        known = estimate.imu_ns >= 0 and abs(seconds) < MAX_STEP_S
        if sample.orientation is not None:
            attitude = rotation.multiply(sample.orientation, rotation.conjugate(self.mount))
            attitude = rotation.normalised(attitude)
        elif known:
            force = rotation.rotate(self.mount, sample.linear_acceleration)
            attitude = _turned(
                estimate.attitude, self._corrected(estimate.attitude, rate, force), seconds
            )
        else:
            leaning = _attitude_of(rotation.rotate(self.mount, sample.linear_acceleration))
            attitude = rotation.multiply(rotation.about_z(estimate.yaw), leaning)
        return self._turned_to(estimate, attitude, rate, taken_ns)

    def _turned_to(
        self, estimate: Estimate, attitude: Quaternion, rate: Vector, taken_ns: int
    ) -> Estimate:
        # In the order of the fields: _replace takes four times as long.
        _, _, velocity, wheel_speeds, position, _, encoders_ns, level, inertial = estimate
        if encoders_ns >= 0 and taken_ns - encoders_ns > COASTS_NS:
            level, velocity = self.level.coasted(
                level, rotation.without_yaw(attitude), rate, taken_ns
            )
        return Estimate(
            attitude, rate, velocity, wheel_speeds, position, taken_ns, encoders_ns, level, inertial
        )

    def _with_raw_imu(
        self, observer: InertialObserver, estimate: Estimate, sample: ImuSample, taken_ns: int
    ) -> Estimate:
        """Advance by gyro and accelerometer; the wheels correct both when they speak."""
        turn = self._rate(sample)
        force = rotation.rotate(self.mount, sample.linear_acceleration)
        bias, seconds = estimate.inertial.bias, (taken_ns - estimate.imu_ns) * 1e-9
        rate = (turn[0] - bias[0], turn[1] - bias[1], turn[2] - bias[2])
        if estimate.imu_ns < 0 or abs(seconds) >= MAX_STEP_S:
            leaning = _attitude_of(force)
            attitude = rotation.multiply(rotation.about_z(estimate.yaw), leaning)
            return self._turned_to(estimate, attitude, rate, taken_ns)
        aided = estimate.encoders_ns >= 0 and taken_ns - estimate.encoders_ns < LONGEST_STEP_NS
        pull = rate if aided else self._corrected(estimate.attitude, rate, force)
        attitude = _turned(estimate.attitude, pull, seconds)
        inertial = observer.pushed(estimate.inertial, attitude, force, seconds)
        return self._turned_to(estimate._replace(inertial=inertial), attitude, rate, taken_ns)

    def _aided(
        self, observer: InertialObserver, estimate: Estimate, speeds: Vector, taken_ns: int
    ) -> tuple[Estimate, Vector]:
        """Correct a raw IMU by the wheels; return the ball's velocity, which may be the IMU's."""
        attitude, rate, state = estimate.attitude, estimate.rate, estimate.inertial
        seconds = (taken_ns - estimate.encoders_ns) * 1e-9
        yaw = rotation.about_z(estimate.yaw)
        velocity = self.kinematics.ball_velocity(speeds, rate, rotation.without_yaw(attitude))
        lever = observer.lever_velocity(attitude, rate)
        x, y, _ = rotation.rotate(yaw, velocity)
        measured = (x + lever[0], y + lever[1])
        if estimate.encoders_ns < 0 or not 0.0 < seconds * 1e9 < LONGEST_STEP_NS:
            return estimate._replace(inertial=state._replace(velocity=measured)), velocity
        idle = estimate.level.motors_ns < 0
        state = observer.rested(state, rate, speeds, idle, seconds)
        state, attitude = observer.corrected(state, attitude, measured, seconds)
        estimate = estimate._replace(inertial=state, attitude=attitude)
        if not state.slipped_s:
            return estimate, velocity
        felt = (state.velocity[0] - lever[0], state.velocity[1] - lever[1], 0.0)
        return estimate, rotation.rotate(rotation.conjugate(yaw), felt)

    @staticmethod
    def _corrected(attitude: Quaternion, rate: Vector, force: Vector) -> Vector:
        """Rate plus the pull that turns the estimated vertical towards the measured one."""
        length = sqrt(force[0] ** 2 + force[1] ** 2 + force[2] ** 2)
        if abs(length - GRAVITY) > GRAVITY_TOLERANCE:
            return rate
        up = rotation.rotate(rotation.conjugate(attitude), (0.0, 0.0, 1.0))
        gain = CORRECTION_RATE / length
        return (
            rate[0] + gain * (force[1] * up[2] - force[2] * up[1]),
            rate[1] + gain * (force[2] * up[0] - force[0] * up[2]),
            rate[2] + gain * (force[0] * up[1] - force[1] * up[0]),
        )

    def _speeds(
        self,
        estimate: Estimate,
        sample: JointSample,
        taken_ns: int,
        before: JointSample | None,
        before_ns: int,
    ) -> Vector | None:
        """Wheel speeds, rad/s; None where two positions are needed and there is but one."""
        if not self.joints.differentiates:
            return self.joints.speeds(sample)
        seconds = (taken_ns - before_ns) * 1e-9
        if before is None:
            return None
        found = self.joints.differentiated(before, sample, seconds)
        if found is None or estimate.encoders_ns < 0:
            return found
        return self.joints.smoothed(estimate.wheel_speeds, found, seconds)

    def with_encoders(
        self,
        estimate: Estimate,
        sample: JointSample,
        taken_ns: int,
        before: JointSample | None = None,
        before_ns: int = 0,
    ) -> Estimate:
        """Advance velocity and odometry to a trusted encoder sample taken at ``taken_ns``.

        ``before`` is the trusted one before it, taken at ``before_ns``: speeds may have to be
        differentiated.
        """
        speeds = self._speeds(estimate, sample, taken_ns, before, before_ns)
        if speeds is None:
            return estimate
        if self.inertial is None:
            tilt = estimate.tilt_rotation
            velocity = self.kinematics.ball_velocity(speeds, estimate.rate, tilt)
        else:
            estimate, velocity = self._aided(self.inertial, estimate, speeds, taken_ns)
            tilt = estimate.tilt_rotation
        seconds = (taken_ns - estimate.encoders_ns) * 1e-9
        position = estimate.position
        if estimate.encoders_ns >= 0 and 0.0 < seconds < MAX_STEP_S:
            yaw = estimate.yaw
            vx, vy = velocity[0] * seconds, velocity[1] * seconds
            position = (
                position[0] + cos(yaw) * vx - sin(yaw) * vy,
                position[1] + sin(yaw) * vx + cos(yaw) * vy,
                0.0,
            )
        attitude, rate, _, _, _, imu_ns, _, level, inertial = estimate
        if imu_ns >= 0 and abs(taken_ns - imu_ns) < LONGEST_STEP_NS:
            level = self.level.stepped(level, tilt, rate, velocity, taken_ns)
        return Estimate(
            attitude, rate, velocity, speeds, position, imu_ns, taken_ns, level, inertial
        )

    def with_motors(self, estimate: Estimate, sample: JointSample, taken_ns: int) -> Estimate:
        """Take in what the motors give, from a trusted sample taken at ``taken_ns``."""
        efforts = self.joints.efforts(sample)
        return estimate._replace(level=self.level.with_motors(estimate.level, efforts, taken_ns))


def propagated(estimate: Estimate, now_ns: int) -> Estimate:
    """Extrapolate the attitude to ``now_ns`` at the last rate, up to MAX_STEP_S; level it."""
    seconds = min((now_ns - estimate.imu_ns) * 1e-9, MAX_STEP_S)
    attitude = estimate.attitude
    if estimate.imu_ns >= 0 and seconds > 0.0:
        attitude = _turned(attitude, estimate.rate, seconds)
    return estimate._replace(attitude=rotation.multiply(attitude, estimate.level.correction))
