"""Nothing arrives: a cable came off."""

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.fault import STREAMS as EVERY
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = EVERY


def _passed(samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
    return [] if active else samples


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Drop every sample. It has no size."""
    return _passed
