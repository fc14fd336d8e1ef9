"""An IMU at the end of its range: struck, or vibrating."""

from dataclasses import replace
from math import copysign, radians

import numpy as np

from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import ImuSample, Sample, Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.IMU,)
FULL_SCALE = 2000.0
"""Default size: end of the gyro's range, degrees/s."""
FULL_FORCE = 16.0 * GRAVITY
"""End of the accelerometer's range, m/s^2."""


def _pegged(values: Vector, end: float) -> Vector:
    x, y, z = values
    return (copysign(end, x), copysign(end, y), copysign(end, z))


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Put every rate and acceleration at the end of its range, on the side where it is."""
    end = radians(fault.sized(FULL_SCALE))

    def saturated(sample: Sample) -> Sample:
        if not isinstance(sample, ImuSample):
            return sample
        rate = _pegged(sample.angular_velocity, end)
        force = _pegged(sample.linear_acceleration, FULL_FORCE)
        return replace(sample, angular_velocity=rate, linear_acceleration=force)

    return mapped(saturated)
