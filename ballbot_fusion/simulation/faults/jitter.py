"""Arrivals come when they come: each sample is held back by a random time."""

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.delay import MS, DelayLine
from ballbot_fusion.simulation.faults.fault import STREAMS as EVERY
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = EVERY
LARGEST_MS = 20.0
"""Default size: largest extra latency, ms."""


class _Jitter:
    def __init__(self, largest_ns: float, rng: np.random.Generator) -> None:
        self._largest_ns, self._rng, self._line = largest_ns, rng, DelayLine()

    def __call__(self, samples: list[Sample], now_ns: int, active: bool) -> list[Sample]:
        delays_ns = [0] * len(samples)
        if active:
            delays_ns = [int(self._rng.uniform(0.0, self._largest_ns)) for _ in samples]
        return self._line.passed(samples, delays_ns, now_ns)


def make(fault: Fault, _settings: SimulationSettings, rng: np.random.Generator) -> Effect:
    """Delay each sample by 0 to ``size`` ms, drawn evenly."""
    return _Jitter(fault.sized(LARGEST_MS) * MS, rng)
