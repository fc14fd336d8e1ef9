"""Rough ground with holes, pillars and walls."""

from math import pi

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.simulation.terrain import pillars, pits, walls
from ballbot_fusion.simulation.terrain.course import Course
from ballbot_fusion.simulation.terrain.grid import Point
from ballbot_fusion.simulation.terrain.obstacles import Obstacle
from ballbot_fusion.simulation.terrain.rough import rolling_ground
from ballbot_fusion.simulation.terrain.scatter import around, on_the_line
from ballbot_fusion.simulation.terrain.terrain import Terrain
from ballbot_fusion.simulation.terrain.way import draw_way

GRID = pits.GRID
SIZE_M = walls.HALF_LENGTH_M[1] + walls.HALF_THICKNESS_M[1]
"""Nothing reaches farther from its centre."""
OFFSET_M = min(pits.OFFSET_M, pillars.OFFSET_M)
TILE_M = 2.4


class _World:
    """Ground and obstacles as they grow."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.heights: NDArray[np.float64] = rolling_ground(rng, GRID.count - 1)
        self.obstacles: list[Obstacle] = []

    def add(self, rng: np.random.Generator, place: Point, across: float) -> None:
        """Draw a hazard of any kind; a wall stands along ``across``, rad."""
        kind = rng.integers(0, 3)
        ground = float(self.heights[GRID.node(place)])
        if kind == 0:
            pits.dig(rng, self.heights, place)
        elif kind == 1:
            self.obstacles.append(pillars.draw(rng, place, ground))
        else:
            half = rng.uniform(*walls.HALF_LENGTH_M)
            self.obstacles.append(walls.draw(rng, place, across, half, ground))


def course(seed: int) -> Course:
    """Draw rough ground and what is in the way from ``seed``."""
    rng = np.random.default_rng((seed, 0x313D))
    way = draw_way(rng)
    world = _World(rng)
    first = on_the_line(rng, way, SIZE_M, OFFSET_M)
    world.add(rng, first, way.bearing + pi / 2 + rng.uniform(-0.4, 0.4))
    for place in around(rng, way, TILE_M, SIZE_M, first):
        world.add(rng, place, rng.uniform(0.0, pi))
    terrain = Terrain("mixed", seed, GRID.size_m, world.heights, tuple(world.obstacles))
    return Course(terrain, way.goal)


def make(seed: int) -> Terrain:
    """Return the ground of the course."""
    return course(seed).terrain
