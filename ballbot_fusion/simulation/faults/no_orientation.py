"""An IMU that stops estimating orientation: REP 145's covariance of -1, here None."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import ImuSample, Sample, Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.IMU,)


def _without(sample: Sample) -> Sample:
    return replace(sample, orientation=None) if isinstance(sample, ImuSample) else sample


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Take the orientation away. It has no size."""
    return mapped(_without)
