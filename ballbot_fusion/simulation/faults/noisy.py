"""More noise than the sensor should have: each error of config/simulation.yaml, so many times."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import (
    ColorSample,
    DepthSample,
    ImuSample,
    JointSample,
    Sample,
)
from ballbot_fusion.simulation.faults.fault import SENSORS, Effect, Fault
from ballbot_fusion.simulation.sensors.color import noisy
from ballbot_fusion.simulation.settings import DepthErrors, EncoderErrors, ImuErrors
from ballbot_fusion.simulation.settings import SimulationSettings as Errors

STREAMS = SENSORS
"""The echo of the motors has no errors."""
TIMES = 5.0
"""Default size: deviation of the added noise over the configured one, 1."""


def _drawn(rng: np.random.Generator, deviation: float) -> Vector:
    x, y, z = (rng.standard_normal(3) * deviation).tolist()
    return (x, y, z)


def _sum(a: Vector, b: Vector) -> Vector:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def _imu(sample: ImuSample, errors: ImuErrors, times: float, rng: np.random.Generator) -> ImuSample:
    rate = _sum(sample.angular_velocity, _drawn(rng, times * errors.gyro_noise))
    force = _sum(sample.linear_acceleration, _drawn(rng, times * errors.accelerometer_noise))
    orientation = sample.orientation
    if orientation is not None:
        wobble = rotation.from_rotation_vector(_drawn(rng, times * errors.orientation_noise))
        orientation = rotation.normalised(rotation.multiply(orientation, wobble))
    return replace(
        sample, angular_velocity=rate, linear_acceleration=force, orientation=orientation
    )


def _joints(
    sample: JointSample, errors: EncoderErrors, times: float, rng: np.random.Generator
) -> JointSample:
    noise = rng.standard_normal(len(sample.velocity)) * (times * errors.velocity_noise)
    return replace(sample, velocity=tuple((np.array(sample.velocity) + noise).tolist()))


def _depth(
    sample: DepthSample, errors: DepthErrors, times: float, rng: np.random.Generator
) -> DepthSample:
    """Noise that grows with the square of the distance, and holes, as sensors/depth.py has them.

    Steps count as millimetres; ``errors`` allow for cameras whose steps are others, see line.py.
    """
    steps: NDArray[np.float32] = sample.image.astype(np.float32)
    noise = rng.standard_normal(steps.shape, dtype=np.float32)
    spoilt = steps + np.float32(times * errors.noise * 1e-3) * steps**2 * noise
    lost = rng.random(steps.shape, dtype=np.float32) < times * errors.invalid_share
    # A pixel that measured nothing measures nothing now either; 0 would say so of others.
    kept = np.clip(np.rint(spoilt), 1.0, float(np.iinfo(np.uint16).max))
    image = np.where(lost | (steps == 0.0), np.float32(0.0), kept).astype(np.uint16)
    return replace(sample, image=image)


class _Noisy:
    def __init__(self, errors: Errors, times: float, rng: np.random.Generator) -> None:
        self._errors, self._times, self._rng = errors, times, rng

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        return [self._spoilt(sample) for sample in samples] if active else samples

    def _spoilt(self, sample: Sample) -> Sample:
        errors, times, rng = self._errors, self._times, self._rng
        if isinstance(sample, ImuSample):
            return _imu(sample, errors.imu, times, rng)
        if isinstance(sample, DepthSample):
            return _depth(sample, errors.depth, times, rng)
        if isinstance(sample, ColorSample):
            return replace(sample, image=noisy(sample.image, times * errors.color.noise, rng))
        if isinstance(sample, JointSample):
            return _joints(sample, errors.encoders, times, rng)
        raise TypeError(f"No noise is known for a {type(sample).__name__}; add it here.")


def make(fault: Fault, settings: Errors, rng: np.random.Generator) -> Effect:
    """Add gaussian noise of ``size`` times the configured deviation, on top of what is there."""
    return _Noisy(settings, fault.sized(TIMES), rng)
