"""Pillars on level ground."""

import numpy as np

from ballbot_fusion.simulation.terrain.course import Course
from ballbot_fusion.simulation.terrain.grid import Point
from ballbot_fusion.simulation.terrain.obstacles import Cylinder, pillar
from ballbot_fusion.simulation.terrain.scatter import around, on_the_line
from ballbot_fusion.simulation.terrain.terrain import Terrain
from ballbot_fusion.simulation.terrain.way import draw_way

RADIUS_M = (0.05, 0.25)
HEIGHT_M = (0.3, 1.0)
OFFSET_M = 0.5 * RADIUS_M[0]
"""The ball, 0.11 m wide to either side, meets any pillar whose centre is this near the line."""
TILE_M = 1.7


def draw(rng: np.random.Generator, place: Point, ground: float = 0.0) -> Cylinder:
    """Draw a pillar; ``ground`` is the height that it stands on, m."""
    return pillar(place, rng.uniform(*RADIUS_M), rng.uniform(*HEIGHT_M), ground)


def course(seed: int) -> Course:
    """Draw pillars from ``seed``."""
    rng = np.random.default_rng((seed, 0x9111))
    way = draw_way(rng)
    first = on_the_line(rng, way, RADIUS_M[1], OFFSET_M)
    places = (first, *around(rng, way, TILE_M, RADIUS_M[1], first))
    pillars = tuple(draw(rng, place) for place in places)
    return Course(Terrain("pillars", seed, obstacles=pillars), way.goal)


def make(seed: int) -> Terrain:
    """Return the ground of the course."""
    return course(seed).terrain
