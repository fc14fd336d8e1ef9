"""Rates and accelerations stand still to the last bit; the orientation goes on.

What a fusing IMU does whose raw channel hangs. ``frozen`` is the same with all values.
"""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import ImuSample, Sample, Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.IMU,)


class _Equal:
    """Remembers the last sample of before; the first of all where there was none."""

    def __init__(self) -> None:
        self._held: ImuSample | None = None

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        found = [self._passed(s, active) for s in samples if isinstance(s, ImuSample)]
        return [*found]

    def _passed(self, sample: ImuSample, active: bool) -> ImuSample:
        if not active or self._held is None:
            self._held = sample
        rate, force = self._held.angular_velocity, self._held.linear_acceleration
        return replace(sample, angular_velocity=rate, linear_acceleration=force)


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Repeat the rates and accelerations of the last sample before. It has no size."""
    return _Equal()
