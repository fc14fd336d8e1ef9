"""A wheel joint by another name than that of the robot file."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.ENCODERS, Source.MOTORS)


def _renamed(sample: Sample) -> Sample:
    if not isinstance(sample, JointSample):
        return sample
    return replace(sample, names=(f"{sample.names[0]}_renamed", *sample.names[1:]))


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Rename the first joint. It has no size."""
    return mapped(_renamed)
