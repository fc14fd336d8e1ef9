"""A number that is none, once, now and then, or always."""

from collections.abc import Sequence
from dataclasses import replace
from math import nan

import numpy as np

from ballbot_fusion.core.rotation import IDENTITY, Vector
from ballbot_fusion.core.samples import (
    DepthSample,
    ImageSample,
    ImuSample,
    JointSample,
    Sample,
    Source,
)
from ballbot_fusion.simulation.faults.fault import STREAMS as EVERY
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = EVERY
SHARE = 1.0
"""Default size: share of the samples; 0 = the first one alone."""
Numbers = tuple[float, ...]


def _spoilt(values: Sequence[float], rng: np.random.Generator) -> Numbers:
    """The same with one of them replaced."""
    place = int(rng.integers(len(values)))
    return (*values[:place], nan, *values[place + 1 :])


def _spoilt_vector(vector: Vector, rng: np.random.Generator) -> Vector:
    x, y, z = _spoilt(vector, rng)
    return (x, y, z)


def _imu(sample: ImuSample, rng: np.random.Generator) -> ImuSample:
    part = int(rng.integers(2 if sample.orientation is None else 3))
    if part == 0:
        return replace(sample, angular_velocity=_spoilt_vector(sample.angular_velocity, rng))
    if part == 1:
        return replace(sample, linear_acceleration=_spoilt_vector(sample.linear_acceleration, rng))
    x, y, z, w = _spoilt(sample.orientation or IDENTITY, rng)
    return replace(sample, orientation=(x, y, z, w))


def _joints(sample: JointSample, rng: np.random.Generator) -> JointSample:
    if sample.source is Source.MOTORS:
        return replace(sample, effort=_spoilt(sample.effort, rng))
    return replace(sample, velocity=_spoilt(sample.velocity, rng))


def _changed(sample: Sample, rng: np.random.Generator) -> Sample:
    if isinstance(sample, ImuSample):
        return _imu(sample, rng)
    if isinstance(sample, JointSample):
        return _joints(sample, rng)
    if isinstance(sample, DepthSample):
        # Metres, which alone can say it: no pixel saw anything.
        return replace(sample, image=np.full(sample.image.shape, nan, np.float32), encoding="32FC1")
    if isinstance(sample, ImageSample):
        raise TypeError("Pixels of colour are integers: use the fault 'black'.")
    raise TypeError(f"No number is known in a {type(sample).__name__}; add it here.")


class _Nan:
    def __init__(self, share: float, rng: np.random.Generator) -> None:
        self._share, self._rng, self._begun = share, rng, False

    def __call__(self, samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        return [self._passed(sample) for sample in samples] if active else samples

    def _passed(self, sample: Sample) -> Sample:
        # The first one always, so that a fault that is switched on is one.
        hit = not self._begun or self._rng.random() < self._share
        self._begun = True
        return _changed(sample, self._rng) if hit else sample


def make(fault: Fault, _settings: SimulationSettings, rng: np.random.Generator) -> Effect:
    """Make one number of so many samples NaN; of depth, every pixel."""
    return _Nan(fault.sized(SHARE), rng)
