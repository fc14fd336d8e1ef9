"""The IMU: angular velocity, specific force and orientation of imu_link (REP 145)."""

import mujoco
import numpy as np

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Quaternion, Vector
from ballbot_fusion.core.samples import ImuSample, Source
from ballbot_fusion.simulation.sensors.noise import NormalStream, stream
from ballbot_fusion.simulation.settings import SimulationSettings


def _plus(a: Vector, b: list[float], noise: float, bias: Vector) -> Vector:
    return (
        a[0] + noise * b[0] + bias[0],
        a[1] + noise * b[1] + bias[1],
        a[2] + noise * b[2] + bias[2],
    )


class ImuSensor:
    """Reads the IMU site of a simulation."""

    def __init__(
        self, model: mujoco.MjModel, robot: RobotConfig, settings: SimulationSettings, seed: int,
        prefix: str = "",
    ) -> None:  # fmt: skip
        """Draw this run's biases from ``seed``; ``prefix`` begins names of its robot's parts."""
        errors = settings.imu
        self._errors, self._noisy = errors, settings.noise
        self._frame = robot.imu.frame_id
        self._gyro = int(model.sensor(prefix + "gyro").adr[0])
        self._force = int(model.sensor(prefix + "accelerometer").adr[0])
        self._quat = int(model.sensor(prefix + "attitude").adr[0])
        self._rows = NormalStream(stream(seed, Source.IMU), 9)
        draw = stream(seed, Source.IMU, 1).standard_normal((3, 3)) * settings.noise
        self.gyro_bias: Vector = tuple((draw[0] * errors.gyro_bias).tolist())
        self.force_bias: Vector = tuple((draw[1] * errors.accelerometer_bias).tolist())
        lean = draw[2] * errors.orientation_bias * np.array([1.0, 1.0, 0.0])
        self._lean = rotation.from_rotation_vector(tuple(lean.tolist()))

    def read(self, data: mujoco.MjData, stamp_ns: int) -> ImuSample:
        """Sample the present state."""
        values = data.sensordata.tolist()
        rate: Vector = tuple(values[self._gyro : self._gyro + 3])
        force: Vector = tuple(values[self._force : self._force + 3])
        w, x, y, z = values[self._quat : self._quat + 4]
        orientation: Quaternion = (x, y, z, w)
        if self._noisy:
            row, errors = self._rows.row(), self._errors
            rate = _plus(rate, row[0:3], errors.gyro_noise, self.gyro_bias)
            force = _plus(force, row[3:6], errors.accelerometer_noise, self.force_bias)
            size = errors.orientation_noise
            wobble = rotation.from_rotation_vector((size * row[6], size * row[7], size * row[8]))
            orientation = rotation.multiply(orientation, rotation.multiply(self._lean, wobble))
        return ImuSample(
            Source.IMU, stamp_ns, stamp_ns, rate, force,
            rotation.normalised(orientation) if self._errors.orientation else None, self._frame,
        )  # fmt: skip
