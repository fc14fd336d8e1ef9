"""Counters that begin anew, and a driver that differentiates them without a thought of it."""

from dataclasses import replace
from math import pi

import numpy as np

from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.ENCODERS,)
SPAN_RAD = 2.0 * pi
"""Default size: what a counter counts to, rad."""
Counts = tuple[int, ...]


class _Rollover:
    def __init__(self, span: float) -> None:
        self._span = span
        self._before: tuple[int, Counts] | None = None

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        found = [self._passed(s) for s in samples if isinstance(s, JointSample)]
        return [*found] if active else samples

    def _passed(self, sample: JointSample) -> JointSample:
        turns = tuple(int(value // self._span) for value in sample.position)
        before, self._before = self._before, (sample.stamp_ns, turns)
        velocity = sample.velocity
        if before is not None and sample.stamp_ns > before[0] and turns:
            seconds = (sample.stamp_ns - before[0]) * 1e-9
            velocity = tuple(
                speed - (now - then) * self._span / seconds
                for speed, now, then in zip(velocity, turns, before[1], strict=True)
            )
        position = tuple(value % self._span for value in sample.position)
        return replace(sample, position=position, velocity=velocity)


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Let every wheel's count wrap at ``size`` rad, and its speed with it.

    Raises:
        ValueError: nothing to count to.
    """
    span = fault.sized(SPAN_RAD)
    if span <= 0.0:
        raise ValueError(f"Size {span} of fault 'rollover' must be more than 0 rad.")
    return _Rollover(span)
