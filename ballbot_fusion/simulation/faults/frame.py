"""Samples in another frame than the declared one."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import ImageSample, ImuSample, Sample, Source
from ballbot_fusion.simulation.faults.fault import CAMERAS, Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = (Source.IMU, *CAMERAS)
"""Joint states have no frame."""
OTHER = "somewhere_else"


def _other(sample: Sample) -> Sample:
    if isinstance(sample, ImuSample | ImageSample):
        return replace(sample, frame_id=OTHER)
    return sample


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Name another frame. It has no size."""
    return mapped(_other)
