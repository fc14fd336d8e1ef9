"""An orientation that is none: zero, as a driver sends that never filled it in, or not unit."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import ImuSample, Sample, Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.IMU,)
LENGTH = 0.0
"""Default size: length of the quaternion, 1."""


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Scale the orientation to length ``size``; an IMU without one gets one along x."""
    length = fault.sized(LENGTH)

    def scaled(sample: Sample) -> Sample:
        if not isinstance(sample, ImuSample):
            return sample
        x, y, z, w = sample.orientation or (1.0, 0.0, 0.0, 0.0)
        return replace(sample, orientation=(x * length, y * length, z * length, w * length))

    return mapped(scaled)
