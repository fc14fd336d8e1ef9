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
EVERY_NS = 5_000_000
"""No more often than this, where a stream is passed on in steps that are shorter than a period."""


class _Burst:
    def __init__(self, queued: int) -> None:
        self._before: deque[Sample] = deque(maxlen=queued)
        self._again_ns: int | None = None

    def __call__(self, samples: list[Sample], now_ns: int, active: bool) -> list[Sample]:
        due = self._again_ns is None or now_ns >= self._again_ns
        again = list(self._before) if active and due else []
        if again:
            self._again_ns = now_ns + EVERY_NS
        self._before.extend(samples)
        return [*again, *samples]


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Let the last ``size`` samples arrive again, oldest first, in every period."""
    return _Burst(round(fault.sized(QUEUED)))
