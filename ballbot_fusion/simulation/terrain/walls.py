"""Rows of walls across the way, with gaps of 1 m and more between them."""

from math import pi

import numpy as np

from ballbot_fusion.simulation.terrain.course import Course
from ballbot_fusion.simulation.terrain.grid import Point
from ballbot_fusion.simulation.terrain.obstacles import Box, upright_box
from ballbot_fusion.simulation.terrain.scatter import REACH_M
from ballbot_fusion.simulation.terrain.terrain import Terrain
from ballbot_fusion.simulation.terrain.way import GOAL_CLEAR_M, Way, draw_way

HALF_LENGTH_M = (0.4, 1.0)
HALF_THICKNESS_M = (0.05, 0.15)
HEIGHT_M = (0.3, 1.0)
GAP_M = (1.0, 1.8)
FIRST_ROW_M = (1.8, 2.4)
"""Where the first row crosses the line, from the start."""
BETWEEN_ROWS_M = (1.7, 2.5)
TURN_RAD = 0.3
"""Rows are turned this far from square to the line, all of a course alike."""


def draw(
    rng: np.random.Generator, place: Point, across: float, half: float, ground: float = 0.0
) -> Box:
    """Draw a wall of half length ``half`` along the direction ``across``, rad."""
    thickness = rng.uniform(*HALF_THICKNESS_M)
    return upright_box(place, (half, thickness), rng.uniform(*HEIGHT_M), across, ground)


def _row(rng: np.random.Generator) -> list[tuple[float, float]]:
    """(position, half length) of walls along a row, the first of them across the line at 0."""
    half = rng.uniform(*HALF_LENGTH_M)
    first = rng.uniform(-0.5, 0.5) * half
    row = [(first, half)]
    for side in (-1.0, 1.0):
        end = first + side * half
        while abs(end) < REACH_M:
            more = rng.uniform(*HALF_LENGTH_M)
            middle = end + side * (rng.uniform(*GAP_M) + more)
            row.append((middle, more))
            end = middle + side * more
    return row


def _rows(rng: np.random.Generator, way: Way) -> list[Box]:
    turn = rng.uniform(-TURN_RAD, TURN_RAD)
    across = way.bearing + turn + pi / 2
    along, walls = rng.uniform(*FIRST_ROW_M), []
    while along < way.length - GOAL_CLEAR_M - HALF_THICKNESS_M[1] - 0.2:
        for position, half in _row(rng):
            x, y = way.at(along - position * np.sin(turn), position * np.cos(turn))
            if max(abs(x), abs(y)) < REACH_M:
                walls.append(draw(rng, (x, y), across, half))
        along += rng.uniform(*BETWEEN_ROWS_M)
    return walls


def course(seed: int) -> Course:
    """Draw rows of walls from ``seed``."""
    rng = np.random.default_rng((seed, 0x3A11))
    way = draw_way(rng)
    return Course(Terrain("walls", seed, obstacles=tuple(_rows(rng, way))), way.goal)


def make(seed: int) -> Terrain:
    """Return the ground of the course."""
    return course(seed).terrain
