"""Encoders that count the other way round."""

import numpy as np

from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault, miscounted
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.ENCODERS,)


def _negated(values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(-value for value in values)


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Flip the sign of every wheel. It has no size."""
    return miscounted(_negated)
