"""Crates of any size on level ground, turned any way. Held out: never trained on."""

import numpy as np

from ballbot_fusion.simulation.terrain.course import Course
from ballbot_fusion.simulation.terrain.grid import Point
from ballbot_fusion.simulation.terrain.obstacles import Box, upright_box
from ballbot_fusion.simulation.terrain.scatter import around, on_the_line
from ballbot_fusion.simulation.terrain.terrain import Terrain
from ballbot_fusion.simulation.terrain.way import draw_way

HALF_M = (0.12, 0.45)
"""Half the length of a side."""
SIZE_M = HALF_M[1] * 2**0.5
"""No crate reaches farther from its centre."""
HEIGHT_M = (0.27, 0.9)
OFFSET_M = 0.5 * HALF_M[0]
TILE_M = 2.1


def draw(rng: np.random.Generator, place: Point) -> Box:
    """Draw a crate."""
    half = tuple(rng.uniform(*HALF_M, 2))
    return upright_box(place, half, rng.uniform(*HEIGHT_M), rng.uniform(0.0, np.pi))


def course(seed: int) -> Course:
    """Draw crates from ``seed``."""
    rng = np.random.default_rng((seed, 0xC4A7))
    way = draw_way(rng)
    first = on_the_line(rng, way, SIZE_M, OFFSET_M)
    places = (first, *around(rng, way, TILE_M, SIZE_M, first))
    crates = tuple(draw(rng, place) for place in places)
    return Course(Terrain("crates", seed, obstacles=crates), way.goal)


def make(seed: int) -> Terrain:
    """Return the ground of the course."""
    return course(seed).terrain
