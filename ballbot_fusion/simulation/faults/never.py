"""Silent from the beginning, on the stand too, until the fault is over: it joins late, or never."""

import numpy as np

from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.simulation.faults.fault import CAMERAS, Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (*CAMERAS, Source.MOTORS)
"""Without IMU or encoders nobody can arm, and the time of faults does not begin."""


class _Never:
    def __init__(self) -> None:
        self._acted = self._over = False

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        self._over = self._over or (self._acted and not active)
        self._acted = self._acted or active
        return samples if self._over else []


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Drop everything until the end of the fault, whatever its beginning. It has no size."""
    return _Never()
