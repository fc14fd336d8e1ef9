"""Encoders that count the other way round."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.ENCODERS,)


def _negated(values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(-value for value in values)


def _reversed(sample: Sample) -> Sample:
    if not isinstance(sample, JointSample):
        return sample
    return replace(sample, position=_negated(sample.position), velocity=_negated(sample.velocity))


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Flip the sign of every wheel. It has no size."""
    return mapped(_reversed)
