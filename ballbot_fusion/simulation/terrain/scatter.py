"""Where hazards lie: one on the straight way to the goal, the others around it."""

from math import cos, hypot, sin

import numpy as np

from ballbot_fusion.simulation.terrain.grid import Point
from ballbot_fusion.simulation.terrain.way import GOAL_CLEAR_M, START_CLEAR_M, Way

REACH_M = 9.0
"""Nothing is scattered farther from the origin along x or y."""
SHARE = 0.7
"""Of the tiles that have something on them."""
JITTER = 0.15
"""Of a tile, to either side along each axis."""


def on_the_line(rng: np.random.Generator, way: Way, radius: float, offset: float) -> Point:
    """Draw the centre of a hazard of ``radius`` m, at most ``offset`` m beside the line."""
    along = rng.uniform(START_CLEAR_M + radius + 0.3, way.length - GOAL_CLEAR_M - radius - 0.3)
    return way.at(along, rng.uniform(-offset, offset))


def around(
    rng: np.random.Generator, way: Way, tile: float, radius: float, taken: Point
) -> list[Point]:
    """Draw centres of hazards of up to ``radius`` m, about one to each square of ``tile`` m.

    The tiling is turned at random. Start, goal and the tile around ``taken`` stay free.
    """
    turn = rng.uniform(0.0, np.pi)
    count = int(1.5 * REACH_M / tile)
    places = []
    for row in range(-count, count + 1):
        for column in range(-count, count + 1):
            present = rng.random() < SHARE
            u, v = tile * (np.array([column, row]) + 0.5 + rng.uniform(-JITTER, JITTER, 2))
            x = float(u * cos(turn) - v * sin(turn))
            y = float(u * sin(turn) + v * cos(turn))
            inside = max(abs(x), abs(y)) <= REACH_M
            apart = hypot(x - taken[0], y - taken[1]) >= tile
            if present and inside and apart and way.clears((x, y), radius):
                places.append((x, y))
    return places
