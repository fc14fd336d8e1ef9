"""The joints in another order, names and values alike: what a driver is free to do."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.ENCODERS, Source.MOTORS)


def _reordered(sample: Sample) -> Sample:
    if not isinstance(sample, JointSample):
        return sample
    return replace(
        sample,
        names=sample.names[::-1],
        position=sample.position[::-1],
        velocity=sample.velocity[::-1],
        effort=sample.effort[::-1],
    )


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Turn the order of the joints round. It has no size."""
    return mapped(_reordered)
