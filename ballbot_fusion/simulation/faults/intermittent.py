"""Off and on and off: a loose contact."""

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.delay import MS
from ballbot_fusion.simulation.faults.fault import STREAMS as EVERY
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = EVERY
HALF_MS = 20.0
"""Default size: how long it is off each time, and then on, ms."""


class _Intermittent:
    def __init__(self, half_ns: int) -> None:
        self._half_ns = half_ns
        self._since_ns: int | None = None

    def __call__(self, samples: list[Sample], now_ns: int, active: bool) -> list[Sample]:
        if not active:
            self._since_ns = None
            return samples
        if self._since_ns is None:
            self._since_ns = now_ns
        off = (now_ns - self._since_ns) // self._half_ns % 2 == 0
        return [] if off else samples


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Drop everything for ``size`` ms (off first), let it pass for as long, and so on.

    Raises:
        ValueError: no time at all.
    """
    half_ns = round(fault.sized(HALF_MS) * MS)
    if half_ns < 1:
        raise ValueError("Size of fault 'intermittent' must be more than 0 ms.")
    return _Intermittent(half_ns)
