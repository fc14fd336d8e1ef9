"""Sensors that are better or worse than they should be, motors that are stronger, weaker, later."""

from ballbot_fusion.simulation.randomisation.draws import Draws, Quantity, changed
from ballbot_fusion.simulation.randomisation.settings import MotorRanges, SensorRanges
from ballbot_fusion.simulation.settings import (
    DepthErrors,
    EncoderErrors,
    ImuErrors,
    SimulationSettings,
)


def _imu(errors: ImuErrors, ranges: SensorRanges, draws: Draws) -> ImuErrors:
    noise = draws.between(Quantity.IMU_NOISE, ranges.imu_noise)
    bias = draws.between(Quantity.IMU_BIAS, ranges.imu_bias)
    return changed(
        errors,
        gyro_noise=errors.gyro_noise * noise,
        accelerometer_noise=errors.accelerometer_noise * noise,
        orientation_noise=errors.orientation_noise * noise,
        gyro_bias=errors.gyro_bias * bias,
        accelerometer_bias=errors.accelerometer_bias * bias,
        orientation_bias=errors.orientation_bias * bias,
    )


def _encoders(errors: EncoderErrors, ranges: SensorRanges, draws: Draws) -> EncoderErrors:
    factor = draws.between(Quantity.ENCODER_NOISE, ranges.encoder_noise)
    return changed(errors, velocity_noise=errors.velocity_noise * factor)


def _depth(errors: DepthErrors, ranges: SensorRanges, draws: Draws) -> DepthErrors:
    factor = draws.between(Quantity.DEPTH_NOISE, ranges.depth_noise)
    return changed(
        errors,
        noise=errors.noise * factor,
        invalid_share=min(errors.invalid_share * factor, 1.0),
        latency_s=draws.between(Quantity.CAMERA_LATENCY, ranges.camera_latency_s),
    )


def varied_sensors(
    errors: SimulationSettings, ranges: SensorRanges, draws: Draws
) -> SimulationSettings:
    """Return ``errors`` with those of all sensors scaled."""
    return changed(
        errors,
        imu=_imu(errors.imu, ranges, draws),
        encoders=_encoders(errors.encoders, ranges, draws),
        depth=_depth(errors.depth, ranges, draws),
    )


def varied_motors(
    errors: SimulationSettings, ranges: MotorRanges, draws: Draws
) -> SimulationSettings:
    """Return ``errors`` with other motors."""
    return changed(
        errors,
        motor_gain=errors.motor_gain * draws.between(Quantity.MOTOR_GAIN, ranges.gain),
        motor_delay_s=draws.between(Quantity.MOTOR_DELAY, ranges.delay_s),
    )
