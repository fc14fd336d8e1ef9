"""Samples overtake each other, as on a network without order."""

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.fault import SENSORS, Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = SENSORS
GROUP = 2.0
"""Default size: how many samples arrive in any order, once the last of them is there."""


class _Unordered:
    def __init__(self, group: int, rng: np.random.Generator) -> None:
        self._group, self._rng = group, rng
        self._held: list[Sample] = []

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        if not active:
            found, self._held = [*self._held, *samples], []
            return found
        found = []
        for sample in samples:
            self._held.append(sample)
            if len(self._held) >= self._group:
                found += self._drawn()
        return found

    def _drawn(self) -> list[Sample]:
        """Everything held, in another order than it was sent."""
        order = self._rng.permutation(len(self._held)).tolist()
        if order == sorted(order):
            order.reverse()
        drawn, self._held = [self._held[place] for place in order], []
        return drawn


def make(fault: Fault, _settings: SimulationSettings, rng: np.random.Generator) -> Effect:
    """Let every ``size`` samples (2 or more) arrive together, in an order that is drawn.

    Raises:
        ValueError: fewer than two samples have no order.
    """
    group = round(fault.sized(GROUP))
    if group < 2:
        raise ValueError(f"Size {group} of fault 'unordered' must be 2 samples or more.")
    return _Unordered(group, rng)
