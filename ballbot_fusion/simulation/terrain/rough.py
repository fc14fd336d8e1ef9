"""Rolling ground: gradient noise, 0.1 m from lowest to highest, level where the robot starts.

Gradient noise after Perlin, "Improving noise", SIGGRAPH 2002.
"""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.simulation.terrain.terrain import Terrain

SIZE_M = 20.0
CELLS = 200
AMPLITUDE_M = 0.1
OCTAVES = ((2.5, 1.0), (1.2, 0.35))
"""Wavelength [m] and weight of each layer of noise."""
LEVEL_RADIUS_M = 0.4
"""Level to here around the start, then blended in over as much again."""


def _fade(t: NDArray[np.float64]) -> NDArray[np.float64]:
    return t * t * t * (t * (t * 6.0 - 15.0) + 10.0)


def gradient_noise(
    x: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Gradient noise with unit wavelength at points x, y >= 0."""
    shape = (int(y.max()) + 2, int(x.max()) + 2)
    angle = rng.uniform(0.0, 2.0 * np.pi, shape)
    column, row = x.astype(int), y.astype(int)
    u, v = x - column, y - row

    def corner(down: int, right: int) -> NDArray[np.float64]:
        a = angle[row + down, column + right]
        return np.cos(a) * (u - right) + np.sin(a) * (v - down)

    across, along = _fade(u), _fade(v)
    near = corner(0, 0) + across * (corner(0, 1) - corner(0, 0))
    far = corner(1, 0) + across * (corner(1, 1) - corner(1, 0))
    return near + along * (far - near)


def rolling_ground(rng: np.random.Generator, cells: int) -> NDArray[np.float64]:
    """(cells + 1, cells + 1) heights over the square of ``SIZE_M`` m, the lowest 0, m."""
    line = np.linspace(0.0, SIZE_M, cells + 1)
    x, y = np.meshgrid(line, line)
    heights = np.zeros_like(x)
    for wavelength, weight in OCTAVES:
        heights += weight * gradient_noise(x / wavelength, y / wavelength, rng)
    heights = (heights - heights.min()) / (heights.max() - heights.min()) * AMPLITUDE_M
    away = np.hypot(x - SIZE_M / 2, y - SIZE_M / 2) / LEVEL_RADIUS_M - 1.0
    middle = heights[cells // 2, cells // 2]
    blended: NDArray[np.float64] = middle + _fade(np.clip(away, 0.0, 1.0)) * (heights - middle)
    return blended - blended.min()


def make(seed: int) -> Terrain:
    """Draw a rolling ground from ``seed``."""
    rng = np.random.default_rng((seed, 0x70EA))
    return Terrain("rough", seed, SIZE_M, rolling_ground(rng, CELLS))
