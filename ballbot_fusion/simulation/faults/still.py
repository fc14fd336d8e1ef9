"""Stamps stand still while the content goes on: dt = 0."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.fault import SENSORS, Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = SENSORS


class _Still:
    """Remembers the last stamp of before; the first of all where there was none."""

    def __init__(self) -> None:
        self._stamp_ns: int | None = None

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        if not samples:
            return samples
        if not active:
            self._stamp_ns = samples[-1].stamp_ns
            return samples
        if self._stamp_ns is None:
            self._stamp_ns = samples[0].stamp_ns
        return [replace(sample, stamp_ns=self._stamp_ns) for sample in samples]


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Give every sample the stamp of the last one before the fault. It has no size."""
    return _Still()
