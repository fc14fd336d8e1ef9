"""Errors of a depth camera: quantised to millimetres, noisier with distance, with holes."""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import Camera
from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.sensors.noise import stream
from ballbot_fusion.simulation.settings import SimulationSettings

SIGHT = 3.0
"""How far beyond its range a camera still measures: times max_range."""

FARTHEST = float(np.iinfo(np.uint16).max)


def measured(
    depth: NDArray[np.float32],
    camera: Camera,
    settings: SimulationSettings,
    seed: tuple[int, Source, int],
) -> NDArray[np.uint16]:
    """Turn true depth (H, W) in m, infinite where there is nothing, into 16UC1 (millimetres).

    ``seed`` is (seed of the run, source, frame number): the noise of a frame does not depend on
    which frames were drawn before.
    """
    seen = (depth >= camera.min_range) & (depth <= SIGHT * camera.max_range)
    metres = np.where(seen, depth, np.float32(0.0))
    if settings.noise:
        run, source, frame = seed
        generator = stream(run, source, frame)
        noise = generator.standard_normal(depth.shape, dtype=np.float32)
        metres = metres + np.float32(settings.depth.noise) * metres * metres * noise
        seen &= generator.random(depth.shape, dtype=np.float32) >= settings.depth.invalid_share
    steps = np.rint(metres * np.float32(1.0 / camera.depth_unit_m))
    # What 16 bits cannot hold is no measurement; it must not wrap round to a near one.
    seen &= (steps >= 0.0) & (steps <= FARTHEST)
    return np.where(seen, steps, np.float32(0.0)).astype(np.uint16)
