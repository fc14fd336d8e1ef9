"""The wheel encoders: positions in ticks, velocities as a filtering driver gives them."""

from math import pi

import mujoco

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import JointSample, Source
from ballbot_fusion.simulation.sensors.noise import NormalStream, stream
from ballbot_fusion.simulation.settings import SimulationSettings


class EncoderSensor:
    """Integrates the wheel speeds and reads them."""

    def __init__(self, robot: RobotConfig, settings: SimulationSettings, seed: int) -> None:
        """Start with all wheels at zero."""
        self._names = robot.joint_names
        self._tick = 2.0 * pi / robot.encoders.ticks_per_revolution
        self._noise = settings.encoders.velocity_noise if settings.noise else 0.0
        self._rows = NormalStream(stream(seed, Source.ENCODERS), 3)
        self._angles = [0.0, 0.0, 0.0]
        self._speeds = [0.0, 0.0, 0.0]

    def advance(self, data: mujoco.MjData, seconds: float) -> None:
        """Turn the wheels by one physics step."""
        self._speeds = data.actuator_velocity.tolist()
        self._angles = [
            angle + speed * seconds for angle, speed in zip(self._angles, self._speeds, strict=True)
        ]

    def read(self, effort: tuple[float, float, float], stamp_ns: int) -> JointSample:
        """Sample the present state; ``effort`` is the torque applied, N m."""
        position = tuple(round(angle / self._tick) * self._tick for angle in self._angles)
        velocity = tuple(self._speeds)
        if self._noise:
            row = self._rows.row()
            velocity = tuple(v + self._noise * n for v, n in zip(velocity, row, strict=True))
        return JointSample(
            Source.ENCODERS, stamp_ns, stamp_ns, self._names, position, velocity, effort
        )
