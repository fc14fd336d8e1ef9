"""A camera that sends images with nothing in them: covered, blinded, or its projector dead."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import ImageSample, Sample
from ballbot_fusion.simulation.faults.fault import CAMERAS, Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = CAMERAS


def _passed(samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
    if not active:
        return samples
    return [
        replace(sample, image=np.zeros_like(sample.image))
        for sample in samples
        if isinstance(sample, ImageSample)
    ]


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Make every pixel 0: without depth, or black. It has no size."""
    return _passed
