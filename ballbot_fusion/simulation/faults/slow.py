"""A lower rate than declared."""

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.fault import STREAMS as EVERY
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = EVERY
ONE_OF = 4.0
"""Default size: one of so many samples arrives."""


class _Slow:
    def __init__(self, one_of: int) -> None:
        self._one_of, self._number = one_of, 0

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        if not active:
            self._number = 0
            return samples
        first, self._number = self._number, self._number + len(samples)
        return [s for number, s in enumerate(samples, first + 1) if number % self._one_of == 0]


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Let one of ``size`` samples arrive, the last of them.

    Raises:
        ValueError: less than one of one.
    """
    one_of = round(fault.sized(ONE_OF))
    if one_of < 1:
        raise ValueError(f"Size {one_of} of fault 'slow' must be 1 or more.")
    return _Slow(one_of)
