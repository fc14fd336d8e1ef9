"""Kerbs of 1 to 4 cm, up and down, which the ball rolls over."""

import numpy as np

from ballbot_fusion.simulation.terrain.grid import Grid
from ballbot_fusion.simulation.terrain.terrain import Terrain
from ballbot_fusion.simulation.terrain.way import START_CLEAR_M

GRID = Grid()
HEIGHT_M = (0.01, 0.04)
HALF_M = (0.4, 1.0)
"""Half the length of a plate's sides."""
PLATES = 70


def make(seed: int) -> Terrain:
    """Draw plates on level ground from ``seed``; where two overlap the later one counts."""
    rng = np.random.default_rng((seed, 0x57E9))
    heights = GRID.level()
    reach = GRID.size_m / 2
    for x, y in rng.uniform(-reach, reach, (PLATES, 2)):
        plate = GRID.rectangle((x, y), tuple(rng.uniform(*HALF_M, 2)), rng.uniform(0.0, np.pi))
        heights[plate] = rng.uniform(*HEIGHT_M)
    heights[GRID.disc((0.0, 0.0), START_CLEAR_M)] = 0.0
    return Terrain("steps", seed, GRID.size_m, heights)
