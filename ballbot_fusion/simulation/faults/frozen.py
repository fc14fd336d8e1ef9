"""The last content again and again under new stamps: a driver that lost its sensor."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.fault import STREAMS as EVERY
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = EVERY


class _Frozen:
    """Remembers the last sample of before; the first of all where there was none."""

    def __init__(self) -> None:
        self._held: Sample | None = None

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        if not active:
            self._held = samples[-1] if samples else self._held
            return samples
        return [self._repeated(sample) for sample in samples]

    def _repeated(self, sample: Sample) -> Sample:
        self._held = self._held or sample
        return replace(self._held, stamp_ns=sample.stamp_ns, arrival_ns=sample.arrival_ns)


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Repeat the content of the last sample before the fault. It has no size."""
    return _Frozen()
