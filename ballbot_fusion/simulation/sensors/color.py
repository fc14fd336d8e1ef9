"""Errors of a colour camera: noise, and what eight bits can hold."""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.sensors.noise import stream
from ballbot_fusion.simulation.settings import SimulationSettings


def noisy(
    picture: NDArray[np.uint8], deviation: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Add gaussian noise of a ``deviation`` (of 255) to every channel of (H, W, 3)."""
    noise = np.float32(deviation) * rng.standard_normal(picture.shape, dtype=np.float32)
    return np.clip(np.rint(picture + noise), 0.0, 255.0).astype(np.uint8)


def photographed(
    picture: NDArray[np.uint8], settings: SimulationSettings, seed: tuple[int, Source, int]
) -> NDArray[np.uint8]:
    """Turn what is to be seen (H, W, 3) into what a camera makes of it, 8 bits a channel.

    ``seed`` is (seed of the run, source, frame number): the noise of a frame does not depend on
    which frames were drawn before.
    """
    if not settings.noise:
        return picture
    return noisy(picture, settings.color.noise, stream(*seed))
