"""Trenches from one end of the world to the other, each with a bridge. Held out of training."""

from math import pi

import numpy as np

from ballbot_fusion.simulation.terrain.course import Course
from ballbot_fusion.simulation.terrain.grid import Grid, Mask
from ballbot_fusion.simulation.terrain.terrain import Terrain
from ballbot_fusion.simulation.terrain.way import Way, draw_way

GRID = Grid()
AT = ((0.30, 0.40), (0.65, 0.72))
"""Where trenches may cross the line, as shares of its length."""
WIDTH_M = (0.5, 1.2)
DEPTH_M = (0.4, 1.0)
BRIDGE_M = (1.0, 1.6)
"""Width of a bridge."""
ASIDE_M = (0.35, 1.0)
"""From the line to the nearer side of the bridge."""
TURN_RAD = 0.25
"""Trenches are turned this far from square to the line, all of a course alike."""


def _trench(rng: np.random.Generator, way: Way, along: float, turn: float) -> Mask:
    """(n, n) one trench without its bridge."""
    u, v = GRID.turned(way.at(along), way.bearing + turn + pi / 2)
    half_bridge = 0.5 * rng.uniform(*BRIDGE_M)
    bridge = (half_bridge + rng.uniform(*ASIDE_M)) * rng.choice((-1.0, 1.0))
    trench: Mask = (np.abs(v) <= 0.5 * rng.uniform(*WIDTH_M)) & (np.abs(u - bridge) > half_bridge)
    return trench


def course(seed: int) -> Course:
    """Draw one or two trenches from ``seed``."""
    rng = np.random.default_rng((seed, 0x74E2))
    way = draw_way(rng)
    turn = rng.uniform(-TURN_RAD, TURN_RAD)
    heights = GRID.level()
    for share in AT[int(rng.integers(0, 2)) :]:
        along = way.length * rng.uniform(*share)
        heights[_trench(rng, way, along, turn)] = -rng.uniform(*DEPTH_M)
    return Course(Terrain("trenches", seed, GRID.size_m, heights), way.goal)


def make(seed: int) -> Terrain:
    """Return the ground of the course."""
    return course(seed).terrain
