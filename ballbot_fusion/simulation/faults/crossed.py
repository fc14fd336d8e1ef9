"""Cables of two wheels crossed: the values in another order, the names not."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.ENCODERS,)


def _swapped(values: tuple[float, ...]) -> tuple[float, ...]:
    return (*values[1::-1], *values[2:])


def _crossed(sample: Sample) -> Sample:
    if not isinstance(sample, JointSample):
        return sample
    return replace(sample, position=_swapped(sample.position), velocity=_swapped(sample.velocity))


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Let the first two joints say what the other one does. It has no size."""
    return mapped(_crossed)
