"""A mesa: a plateau with an irregular outline, bays that cut across the way, and ledges."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ballbot_fusion.simulation.terrain.course import Course
from ballbot_fusion.simulation.terrain.grid import Grid, Mask
from ballbot_fusion.simulation.terrain.terrain import Terrain
from ballbot_fusion.simulation.terrain.way import Way, draw_way

GRID = Grid()
DROP_M = (0.6, 1.2)
"""From the plateau to the land around it; a ledge lies halfway down."""
LEDGE_M = (0.3, 0.8)
"""Width of a ledge."""
LEDGES = 3
RADIUS_M = 3.5
"""Of the plateau around the start, on average."""
STRIP_M = 1.7
"""The plateau reaches at least this far to either side of the line to the goal, bays aside."""
BAYS_AT = ((0.30, 0.36), (0.66, 0.72))
"""Where bays may cut across the line, as shares of its length."""
BAY_M = (0.5, 1.1)
"""Width of a bay at its tip."""
BEYOND_M = (0.3, 0.6)
"""How far a bay reaches across the line: what is left of the strip is wide enough to pass."""


def _outline(rng: np.random.Generator, way: Way) -> Mask:
    """(n, n) the plateau without bays."""
    angle = np.arctan2(GRID.y, GRID.x)
    radius = np.full_like(angle, RADIUS_M)
    along, left = GRID.turned((0.0, 0.0), way.bearing)
    strip = np.full_like(angle, STRIP_M)
    for waves in range(2, 8):
        phase = rng.uniform(0.0, 2.0 * np.pi, 2)
        radius += 1.5 / waves * np.cos(waves * angle + phase[0])
        strip += 0.5 / waves * (1.0 + np.cos(waves * along + phase[1]))
    beyond = np.clip(along, 0.0, way.length)
    around_line = np.hypot(along - beyond, left) <= strip
    outline: Mask = around_line | (np.hypot(GRID.x, GRID.y) <= radius)
    return outline


def _bay(rng: np.random.Generator, way: Way, along: float, side: float) -> Mask:
    """(n, n) a bay that comes from ``side`` (1 left, -1 right) and ends beyond the line."""
    u, v = GRID.turned(way.at(along, -side * rng.uniform(*BEYOND_M)), way.bearing)
    from_tip = side * v
    half = 0.5 * rng.uniform(*BAY_M) + rng.uniform(0.0, 0.2) * from_tip
    bay: Mask = (from_tip >= 0.0) & (np.abs(u) <= half)
    return bay


def _ledges(rng: np.random.Generator, plateau: Mask) -> Mask:
    """(n, n) strips along parts of the plateau's edge."""
    distance: NDArray[np.float64] = ndimage.distance_transform_edt(~plateau, sampling=GRID.pitch_m)
    angle = np.arctan2(GRID.y, GRID.x)
    ledges = np.zeros_like(plateau)
    for middle in rng.uniform(-np.pi, np.pi, LEDGES):
        off = np.abs((angle - middle + np.pi) % (2.0 * np.pi) - np.pi)
        ledges |= (off < rng.uniform(0.2, 0.6)) & (distance < rng.uniform(*LEDGE_M))
    return ledges & ~plateau


def course(seed: int) -> Course:
    """Draw a mesa from ``seed``."""
    rng = np.random.default_rng((seed, 0xED6E))
    way = draw_way(rng)
    plateau = _outline(rng, way)
    for share in BAYS_AT[int(rng.integers(0, 2)) :]:
        along = way.length * rng.uniform(*share)
        plateau &= ~_bay(rng, way, along, float(rng.choice((-1.0, 1.0))))
    drop = rng.uniform(*DROP_M)
    heights = np.where(plateau, 0.0, np.where(_ledges(rng, plateau), -drop / 2, -drop))
    return Course(Terrain("edges", seed, GRID.size_m, heights), way.goal)


def make(seed: int) -> Terrain:
    """Return the ground of the course."""
    return course(seed).terrain
