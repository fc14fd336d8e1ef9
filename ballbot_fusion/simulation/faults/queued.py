"""Nothing arrives while the fault acts, and then all of it at once: somebody on the way hung."""

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.fault import STREAMS as EVERY
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = EVERY


class _Queued:
    def __init__(self) -> None:
        self._held: list[Sample] = []

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        self._held += samples
        if active:
            return []
        arrived, self._held = self._held, []
        return arrived


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Hold everything back until the end of the fault. It has no size."""
    return _Queued()
