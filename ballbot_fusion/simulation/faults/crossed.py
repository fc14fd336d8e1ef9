"""Cables of two wheels crossed: the values in another order, the names not."""

import numpy as np

from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault, miscounted
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.ENCODERS,)


def _swapped(values: tuple[float, ...]) -> tuple[float, ...]:
    return (*values[1::-1], *values[2:])


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Let the first two joints say what the other one does. It has no size."""
    return miscounted(_swapped)
