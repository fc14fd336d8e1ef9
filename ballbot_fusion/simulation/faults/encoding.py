"""Images in another encoding than the camera declared."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import ImageSample, Sample
from ballbot_fusion.simulation.faults.fault import CAMERAS, Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = CAMERAS
OTHER = "yuv422_yuy2"
"""Neither depth nor colour as policies take it (sensor_msgs/image_encodings)."""


def _other(sample: Sample) -> Sample:
    return replace(sample, encoding=OTHER) if isinstance(sample, ImageSample) else sample


def make(_fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Name another encoding; the bytes stay. It has no size.

    Row length (``step``) and byte order exist in messages only: see nodes/conversion.py.
    """
    return mapped(_other)
