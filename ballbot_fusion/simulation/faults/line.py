"""The way from all sensors to their readers, with an episode's faults in it."""

from collections.abc import Callable

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.tables import load_entry
from ballbot_fusion.simulation.faults.fault import Effect, Fault, FaultPlan
from ballbot_fusion.simulation.sensors.noise import stream
from ballbot_fusion.simulation.settings import SimulationSettings

FAULTS = {
    "missing": "ballbot_fusion.simulation.faults.missing",
    "frozen": "ballbot_fusion.simulation.faults.frozen",
    "late": "ballbot_fusion.simulation.faults.late",
    "jitter": "ballbot_fusion.simulation.faults.jitter",
    "noisy": "ballbot_fusion.simulation.faults.noisy",
    "black": "ballbot_fusion.simulation.faults.black",
}
"""Module with a function ``make(fault, settings, rng) -> Effect`` by name."""
_PURPOSE = 102  # of a random stream, beside the numbers of the sensors

Make = Callable[[Fault, SimulationSettings, np.random.Generator], Effect]


def _effect(fault: Fault, settings: SimulationSettings, rng: np.random.Generator) -> Effect:
    make: Make = load_entry(FAULTS, fault.kind, "fault").make
    return make(fault, settings, rng)


class FaultLine:
    """Passes samples on, spoilt as planned. The same plan, seed and samples give the same bits."""

    def __init__(self, plan: FaultPlan, settings: SimulationSettings, seed: int) -> None:
        """Prepare the faults; each has its own random numbers.

        Raises:
            ValueError: an unknown kind, or one that its stream cannot have.
        """
        self._faults = [
            (fault, _effect(fault, settings, stream(seed, _PURPOSE, number)))
            for number, fault in enumerate(plan)
        ]

    def passed(self, samples: list[Sample], now_ns: int, seconds: float | None) -> list[Sample]:
        """Return what arrives of ``samples`` at ``now_ns``, and what was on its way.

        Args:
            samples: of one control period, in order within each source.
            now_ns: when they arrive.
            seconds: that time after the stand let go, s; None while it holds.
        """
        for fault, effect in self._faults:
            own = [sample for sample in samples if sample.source is fault.source]
            others = [sample for sample in samples if sample.source is not fault.source]
            samples = [*others, *effect(own, now_ns, fault.acts(seconds))]
        return samples
