"""Samples of robots whose offsets are known: made up, without a simulation."""

from collections.abc import Callable
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.calibration.recorded import Recorded
from ballbot_fusion.core import rotation
from ballbot_fusion.core.kinematics import BallKinematics
from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import ImuSample, JointSample, Sample, Source

IMU_HZ, WHEELS_HZ = 500, 250
BEGIN_NS = 1_700_000_000_000_000_000
Floats = NDArray[np.float64]


def robot(**parts: dict[str, object]) -> RobotConfig:
    return RobotConfig.model_validate({"imu": {"orientation": "estimated"}, **parts})


class Sensed:
    """Samples of a motion, with noise from a seed."""

    def __init__(self, true: RobotConfig, seed: int = 0) -> None:
        self.true, self._random = true, np.random.default_rng(seed)
        self._kinematics = BallKinematics.of(true)
        angles = np.radians(true.imu.rpy_deg).tolist()
        self._back = rotation.conjugate(rotation.from_rpy(*angles))

    def _noisy(self, vector: Vector, size: float) -> Vector:
        x, y, z = (np.array(vector) + size * self._random.standard_normal(3)).tolist()
        return x, y, z

    def imu(
        self,
        seconds: float,
        felt: Callable[[float], tuple[Vector, Vector]],
        noise: tuple[float, float] = (0.005, 0.05),
        bias: Vector = (0.0, 0.0, 0.0),
    ) -> list[ImuSample]:
        """``felt``: rate and specific force in base_link at a time; ``bias`` of the gyro."""
        found = []
        for k in range(round(seconds * IMU_HZ) + 1):
            rate, force = (rotation.rotate(self._back, v) for v in felt(k / IMU_HZ))
            a, b, c = (x + y for x, y in zip(rate, bias, strict=True))
            stamp = BEGIN_NS + k * 1_000_000_000 // IMU_HZ
            found.append(
                ImuSample(
                    Source.IMU, stamp, stamp, self._noisy((a, b, c), noise[0]),
                    self._noisy(force, noise[1]), None, self.true.imu.frame_id,
                )
            )  # fmt: skip
        return found

    def wheels(self, seconds: float, spin: Callable[[float], Vector]) -> list[JointSample]:
        """``spin``: of the ball relative to the body in base_link, rad/s, at a time."""
        found = []
        for k in range(round(seconds * WHEELS_HZ) + 1):
            stamp = BEGIN_NS + k * 1_000_000_000 // WHEELS_HZ
            speeds = self._kinematics.wheel_speeds(spin(k / WHEELS_HZ))
            found.append(
                JointSample(Source.ENCODERS, stamp, stamp, self.true.joint_names, velocity=speeds)
            )
        return found


def upright(_: float) -> tuple[Vector, Vector]:
    return (0.0, 0.0, 0.0), (0.0, 0.0, GRAVITY)


def still(_: float) -> Vector:
    return 0.0, 0.0, 0.0


def at_rest(true: RobotConfig, told: RobotConfig, seconds: float, **more: object) -> Recorded:
    """A robot that stands upright, as whoever has the file ``told`` hears it."""
    sensed = Sensed(true)
    samples: list[Sample] = [*sensed.imu(seconds, upright, **more), *sensed.wheels(seconds, still)]  # type: ignore[arg-type]
    return Recorded.of(told, samples, seconds)


class Pushed:
    """Rest, a push ahead, rest, a push back, rest; the robot leans sideways by ``roll``."""

    rest_s, push_s = 1.5, 4.0

    def __init__(self, true: RobotConfig, way: float, roll: float = 0.0, pushes: int = 2) -> None:
        self.true, self.way, self.roll, self.pushes = true, way, roll, pushes
        self.seconds = self.rest_s + pushes * (self.push_s + self.rest_s)
        self.tilt = rotation.from_rpy(roll, 0.0, 0.0)

    def _phase(self, t: float) -> tuple[int, float]:
        number, since = divmod(t - self.rest_s, self.push_s + self.rest_s)
        inside = t >= self.rest_s and since < self.push_s and number < self.pushes
        return (1 if number % 2 == 0 else -1) * inside, since

    def speed(self, t: float) -> float:
        sign, since = self._phase(t)
        return sign * self.way / self.push_s * (1.0 - cos(2.0 * pi * since / self.push_s))

    def force(self, t: float) -> tuple[Vector, Vector]:
        sign, since = self._phase(t)
        pace = 2.0 * pi / self.push_s
        change = sign * self.way / self.push_s * pace * sin(pace * since)
        force = rotation.rotate(rotation.conjugate(self.tilt), (change, 0.0, GRAVITY))
        return (0.0, 0.0, 0.0), force

    def spin(self, t: float) -> Vector:
        turning = (0.0, self.speed(t) / self.true.ball.radius, 0.0)
        return rotation.rotate(rotation.conjugate(self.tilt), turning)

    def samples(self) -> list[Sample]:
        sensed = Sensed(self.true)
        return [
            *sensed.imu(self.seconds, self.force), *sensed.wheels(self.seconds, self.spin)
        ]  # fmt: skip
