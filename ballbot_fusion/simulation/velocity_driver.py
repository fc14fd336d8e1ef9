"""The simulated motors' driver where it takes velocities: a proportional loop on each wheel.

It has an encoder of its own, and runs at its own rate; between two of its steps the torque stays.
What it asks for goes through the motor's dead time, lag, limit and friction (simulation.py).
"""

from collections import deque
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.robot import Positive, RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.core.velocity_loop import VelocityLoop
from ballbot_fusion.simulation.model import TIMESTEP


class VelocityDriverSettings(Settings):
    """How a driver that takes velocities works."""

    rate_hz: Annotated[float, Field(gt=0.0, le=1000.0)] = 1000.0
    """Of its loop, Hz; on the grid of physics steps."""
    gain_factor: Positive = 1.0
    """Its gain over ``motors.velocity_gain`` of the robot file: how well that was measured."""
    latency_s: Annotated[float, Field(ge=0.0, le=0.5)] = 0.001
    """From being told a setpoint to following it, s."""


class VelocityDriver:
    """Follows setpoints; all at the wheels, in the policy's joint order."""

    def __init__(self, robot: RobotConfig, settings: VelocityDriverSettings) -> None:
        """Begin with braking.

        Raises:
            ValueError: the robot file does not say what the gain is.
        """
        loop = VelocityLoop.of(robot)
        self._loop = replace(loop, gain=loop.gain * settings.gain_factor)
        self._every = max(round(1.0 / (settings.rate_hz * TIMESTEP)), 1)
        self._under_way = deque([ZERO] * round(settings.latency_s / TIMESTEP))
        self._torques: Vector = ZERO
        self._steps = 0

    def torques(self, setpoint: Vector, speeds: Vector) -> Vector:
        """Go on by a physics step while told ``setpoint`` [rad/s]; return the torques, N m.

        ``speeds`` are those of the wheels now, rad/s.
        """
        self._under_way.append(setpoint)
        now = self._under_way.popleft()
        if self._steps % self._every == 0:
            self._torques = self._loop.efforts(now, speeds)
        self._steps += 1
        return self._torques
