"""The wheel encoders: positions in ticks, velocities as a filtering driver gives them."""

from math import pi

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import JointSample, Source
from ballbot_fusion.core.wheel_joints import WheelJoints
from ballbot_fusion.simulation.sensors.noise import NormalStream, stream
from ballbot_fusion.simulation.settings import SimulationSettings


class EncoderSensor:
    """Integrates the wheel speeds and reads them."""

    def __init__(self, robot: RobotConfig, settings: SimulationSettings, seed: int) -> None:
        """Start with all wheels at zero."""
        self._joints = WheelJoints.of(robot)
        self._tick = 2.0 * pi / robot.encoders.ticks_per_revolution
        self._noise = settings.encoders.velocity_noise if settings.noise else 0.0
        self._rows = NormalStream(stream(seed, Source.ENCODERS), 3)
        self._angles: list[float] = [0.0, 0.0, 0.0]
        self._speeds: Vector = (0.0, 0.0, 0.0)

    def advance(self, speeds: Vector, seconds: float) -> None:
        """Turn the wheels at ``speeds`` [rad/s] for one physics step."""
        self._speeds = u, v, w = speeds
        a, b, c = self._angles
        self._angles = [a + u * seconds, b + v * seconds, c + w * seconds]

    def read(self, effort: tuple[float, float, float], stamp_ns: int) -> JointSample:
        """Sample the present state; ``effort`` is the torque applied, N m."""
        tick, noise = self._tick, self._noise
        a, b, c = self._angles
        position = (round(a / tick) * tick, round(b / tick) * tick, round(c / tick) * tick)
        joints = self._joints
        velocity = u, v, w = self._speeds
        if noise:
            x, y, z = self._rows.row()
            velocity = (u + noise * x, v + noise * y, w + noise * z)
        return JointSample(
            Source.ENCODERS, stamp_ns, stamp_ns, joints.names,
            joints.shown(position), joints.shown(velocity), joints.commanded(effort),
        )  # fmt: skip
