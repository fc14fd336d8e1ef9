"""Slopes of up to 12 degrees with smooth crests: two rows of ramps that cross."""

from math import radians, sqrt, tan

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.simulation.terrain.grid import Grid
from ballbot_fusion.simulation.terrain.terrain import Terrain

GRID = Grid(pitch_m=0.1)
STEEPEST = tan(radians(12.0))
"""Rise over run."""
LENGTH_M = (0.8, 2.5)
"""Of a ramp, and of the level ground between two."""
LEVEL_M = 1.2
"""Level to here around the start."""
ROUNDED_M = 0.5
"""Over which a crest is rounded."""


def _slopes(rng: np.random.Generator, across: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slope by distance from the start: up, level, down, level, and so on."""
    slopes = np.zeros_like(across)
    begin, sign = LEVEL_M, float(rng.choice((-1.0, 1.0)))
    while begin < across[-1]:
        length = rng.uniform(*LENGTH_M)
        slopes[(across >= begin) & (across < begin + length)] = sign * rng.uniform(0.4, 1.0)
        begin += length + rng.uniform(*LENGTH_M)
        sign = -sign
    return slopes * STEEPEST / sqrt(2.0)


def _profile(rng: np.random.Generator, place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Height at distances ``place`` from the start along one axis, m."""
    across = np.arange(0.0, GRID.size_m, GRID.pitch_m / 4)
    width = round(ROUNDED_M / (GRID.pitch_m / 4))
    sides = []
    for _ in range(2):
        rounded = np.convolve(_slopes(rng, across), np.full(width, 1.0 / width), mode="same")
        sides.append(np.cumsum(rounded) * GRID.pitch_m / 4)
    ahead, behind = (np.interp(np.abs(place), across, side) for side in sides)
    return np.where(place >= 0.0, ahead, behind)


def make(seed: int) -> Terrain:
    """Draw ramps from ``seed``."""
    rng = np.random.default_rng((seed, 0x4A3B))
    u, v = GRID.turned((0.0, 0.0), rng.uniform(0.0, np.pi))
    # Two rows at right angles, each with a share of the slope, are together no steeper.
    return Terrain("ramps", seed, GRID.size_m, _profile(rng, u) + _profile(rng, v))
