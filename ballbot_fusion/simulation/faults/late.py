"""Every sample takes longer to arrive; its stamp still says when it was taken."""

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.delay import MS, DelayLine
from ballbot_fusion.simulation.faults.fault import STREAMS as EVERY
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = EVERY
EXTRA_MS = 20.0
"""Default size: extra latency, ms."""


class _Late:
    def __init__(self, extra_ns: int) -> None:
        self._extra_ns, self._line = extra_ns, DelayLine()

    def __call__(self, samples: list[Sample], now_ns: int, active: bool) -> list[Sample]:
        delay_ns = self._extra_ns if active else 0
        return self._line.passed(samples, [delay_ns] * len(samples), now_ns)


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Add ``size`` ms of latency."""
    return _Late(round(fault.sized(EXTRA_MS) * MS))
