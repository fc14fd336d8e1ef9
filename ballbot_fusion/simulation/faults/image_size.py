"""Images of another size, such as the thumbnail of a driver that was set up wrongly."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.samples import ImageSample, Sample
from ballbot_fusion.simulation.faults.fault import CAMERAS, Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = CAMERAS
PIXELS = 4.0
"""Default size: largest number of rows and columns."""


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Cut ``size`` rows and columns out of the corner of the image."""
    pixels = round(fault.sized(PIXELS))

    def cut(sample: Sample) -> Sample:
        if not isinstance(sample, ImageSample):
            return sample
        return replace(sample, image=sample.image[:pixels, :pixels])

    return mapped(cut)
