"""Holes, round and rectangular, 0.3 to 1 m deep."""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.simulation.terrain.course import Course
from ballbot_fusion.simulation.terrain.grid import Grid, Point
from ballbot_fusion.simulation.terrain.scatter import around, on_the_line
from ballbot_fusion.simulation.terrain.terrain import Terrain
from ballbot_fusion.simulation.terrain.way import draw_way

GRID = Grid()
DEPTH_M = (0.3, 1.0)
HALF_M = (0.25, 0.6)
"""Radius of a round hole, half the length of a rectangle's sides."""
SIZE_M = HALF_M[1] * 2**0.5
"""No hole reaches farther from its centre."""
OFFSET_M = 0.4 * HALF_M[0]
"""A line that passes a centre no farther off crosses more than 0.45 m of any hole."""
TILE_M = 2.2


def dig(rng: np.random.Generator, heights: NDArray[np.float64], place: Point) -> None:
    """Lower ``heights`` (on ``GRID``) around a place by a hole drawn at random."""
    half = tuple(rng.uniform(*HALF_M, 2))
    if rng.random() < 0.5:
        hole = GRID.disc(place, half[0])
    else:
        hole = GRID.rectangle(place, half, rng.uniform(0.0, np.pi))
    heights[hole] -= rng.uniform(*DEPTH_M)


def course(seed: int) -> Course:
    """Draw holes from ``seed``."""
    rng = np.random.default_rng((seed, 0x9175))
    way = draw_way(rng)
    heights = GRID.level()
    first = on_the_line(rng, way, SIZE_M, OFFSET_M)
    for place in (first, *around(rng, way, TILE_M, SIZE_M, first)):
        dig(rng, heights, place)
    return Course(Terrain("pits", seed, GRID.size_m, heights), way.goal)


def make(seed: int) -> Terrain:
    """Return the ground of the course."""
    return course(seed).terrain
