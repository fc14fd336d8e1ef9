"""The counters lose count, and a driver that differentiates them sees the wheels race."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.ENCODERS,)
JUMP_RAD = 0.5
"""Default size: by how much every wheel's count is wrong from then on, rad."""


class _Jump:
    def __init__(self, radians: float) -> None:
        self._radians = radians
        self._before_ns: int | None = None
        self._jumped = False

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        return [self._passed(s, active) for s in samples if isinstance(s, JointSample)]

    def _passed(self, sample: JointSample, active: bool) -> JointSample:
        before_ns, self._before_ns = self._before_ns, sample.stamp_ns
        speed = 0.0
        if active and not self._jumped and before_ns is not None and sample.stamp_ns > before_ns:
            self._jumped = True
            speed = self._radians / ((sample.stamp_ns - before_ns) * 1e-9)
        if not self._jumped or not active:
            return sample
        position = tuple(value + self._radians for value in sample.position)
        return replace(
            sample, position=position, velocity=tuple(v + speed for v in sample.velocity)
        )


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Add ``size`` rad to every count; the first such sample says that the wheels turned there."""
    return _Jump(fault.sized(JUMP_RAD))
