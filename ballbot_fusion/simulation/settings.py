"""What the simulated sensors and motors get wrong: config/simulation.yaml."""

from typing import Annotated

from pydantic import Field

from ballbot_fusion.core.robot import NotNegative, Positive, Share
from ballbot_fusion.core.settings import Settings


class ImuErrors(Settings):
    """Errors of the IMU: a good MEMS sensor."""

    orientation: bool = True
    """Whether the IMU has an orientation filter of its own; false leaves it to the estimator."""
    gyro_noise: NotNegative = 0.005
    """Standard deviation of a sample, rad/s."""
    gyro_bias: NotNegative = 0.002
    """Standard deviation of the constant bias, rad/s."""
    accelerometer_noise: NotNegative = 0.05
    """Standard deviation of a sample, m/s^2."""
    accelerometer_bias: NotNegative = 0.03
    """Standard deviation of the constant bias, m/s^2."""
    orientation_noise: NotNegative = 0.0005
    """Standard deviation of a sample about each axis, rad."""
    orientation_bias: NotNegative = 0.002
    """Standard deviation of the constant error in roll and pitch, rad."""


class EncoderErrors(Settings):
    """Errors of the wheel encoders, as a driver that differentiates and filters gives them."""

    velocity_noise: NotNegative = 0.05
    """Standard deviation of a wheel speed, rad/s.

    One tick of 16384 a revolution is 0.38 mrad, 0.19 rad/s when differentiated over 2 ms; rounding
    alone makes that 0.19 / sqrt(6) = 0.08 rad/s, and a driver that averages a few of them publishes
    about 0.05.
    """


class DepthErrors(Settings):
    """Errors of the depth cameras: active stereo."""

    noise: NotNegative = 0.004
    """Standard deviation at 1 m, m; it grows with the square of the distance."""
    invalid_share: Share = 0.003
    """Share of pixels without a measurement."""
    latency_s: Annotated[float, Field(ge=0.0, le=0.5)] = 0.01
    """From taking a frame to having it, s: in lockstep and without ROS, where the clock is ours.

    Of colour cameras too: they expose and send as those of depth do.
    """


class ColorErrors(Settings):
    """Errors of the colour cameras."""

    noise: NotNegative = 2.0
    """Standard deviation of each channel of a pixel, of 255.

    Shot and read noise of a small sensor at middle grey and 42 dB: 255 / 10**(42 / 20) = 2.0.
    """


class SimulationSettings(Settings):
    """Errors of all sensors and of the motors."""

    noise: bool = True
    """False: perfect sensors (positions and depth are still quantised)."""
    motor_delay_s: Annotated[float, Field(ge=0.0, le=0.1)] = 0.0
    """Dead time between command and torque, s."""
    motor_gain: Positive = 1.0
    """Torque that the motors give over the torque asked for, within their limit."""
    motor_lag_s: Annotated[float, Field(ge=0.0, le=0.1)] = 0.0
    """Time constant of the driver's current loop, s."""
    motor_friction: NotNegative = 0.0
    """Dry friction of motor and gearbox at the wheel, N m."""
    motor_backlash_deg: Annotated[float, Field(ge=0.0, le=10.0)] = 0.0
    """Play between rotor and wheel from end to end, at the wheel, degrees.

    Drivetrain ``rollers`` only. Encoders are on the rotors.
    """
    imu: ImuErrors = ImuErrors()
    encoders: EncoderErrors = EncoderErrors()
    depth: DepthErrors = DepthErrors()
    color: ColorErrors = ColorErrors()
