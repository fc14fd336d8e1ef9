"""A queue that somebody filled: with the new samples, those of before arrive again."""

from collections import deque

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.fault import STREAMS as EVERY
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = EVERY
QUEUED = 200.0
"""Default size: how many samples of before."""


class _Burst:
    def __init__(self, queued: int) -> None:
        self._before: deque[Sample] = deque(maxlen=queued)

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        again = list(self._before) if active else []
        self._before.extend(samples)
        return [*again, *samples]


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Let the last ``size`` samples arrive again, oldest first, in every period."""
    return _Burst(round(fault.sized(QUEUED)))
