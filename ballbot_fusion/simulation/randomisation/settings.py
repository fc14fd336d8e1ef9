"""Ranges from which a varied robot is drawn, evenly."""

from typing import Annotated

from pydantic import AfterValidator, Field

from ballbot_fusion.core.robot import NotNegative, Positive
from ballbot_fusion.core.settings import Settings


def _ordered(bounds: tuple[float, float]) -> tuple[float, float]:
    if bounds[0] > bounds[1]:
        raise ValueError("the first bound must not be above the second")
    return bounds


Factors = Annotated[tuple[Positive, Positive], AfterValidator(_ordered)]
"""Least and largest factor on the nominal value."""
Times = Annotated[tuple[NotNegative, NotNegative], AfterValidator(_ordered)]
"""Least and largest factor on an error, which may vanish."""
Delays = Annotated[
    tuple[Annotated[float, Field(ge=0.0, le=0.1)], Annotated[float, Field(ge=0.0, le=0.1)]],
    AfterValidator(_ordered),
]
"""Shortest and longest, s."""


class BodyRanges(Settings):
    """What the robot is made of, as factors on the robot file."""

    ball_mass: Factors = (0.9, 1.1)
    """The ball's moment of inertia goes with it."""
    base_mass: Factors = (0.9, 1.1)
    base_inertia: Factors = (0.8, 1.2)
    """One factor for all three moments: others are no rigid body's."""
    com_height: Factors = (0.9, 1.1)
    friction: Factors = (0.5, 1.2)
    """Sliding and spinning friction between ball and ground."""


class MotorRanges(Settings):
    """What the motors make of a command."""

    gain: Factors = (0.85, 1.15)
    """Torque given over torque asked for."""
    delay_s: Delays = (0.0, 0.02)
    """Dead time between command and torque."""


class SensorRanges(Settings):
    """How bad the sensors are, as factors on the errors of config/simulation.yaml."""

    imu_noise: Times = (0.5, 2.0)
    imu_bias: Times = (0.5, 2.0)
    encoder_noise: Times = (0.5, 2.0)
    depth_noise: Times = (0.5, 2.0)
    """Noise and holes."""
    camera_latency_s: Delays = (0.005, 0.03)
    """From taking a frame to having it."""


class MountRanges(Settings):
    """How far each camera may sit from where the robot file says; the policy is not told."""

    offset_m: NotNegative = 0.01
    """Along each axis of base_link, either way, m."""
    yaw_deg: NotNegative = 2.0
    """Either way, degrees."""
    pitch_deg: NotNegative = 2.0
    """Either way, degrees."""


class RandomisationSettings(Settings):
    """All of them."""

    body: BodyRanges = BodyRanges()
    motors: MotorRanges = MotorRanges()
    sensors: SensorRanges = SensorRanges()
    mounts: MountRanges = MountRanges()
