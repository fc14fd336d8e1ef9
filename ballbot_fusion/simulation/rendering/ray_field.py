"""Where rays meet a height field, compiled by numba.

Rays walk the grid cell by cell (Amanatides and Woo, "A fast voxel traversal algorithm",
Eurographics 1987) and meet its two triangles.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.simulation.compiled import compiled
from ballbot_fusion.simulation.terrain import Terrain

_EARLIER = 1e-6
"""By this share of the way a ray is looked at before it comes down to the highest point."""


class Field(NamedTuple):
    """A height field on a square, m."""

    heights: NDArray[np.float64]
    """(n, n)."""
    peaks: NDArray[np.float64]
    """(n - 1, n - 1): highest corner of every cell."""
    top: float
    """The highest of all."""
    pitch: float
    """Of the grid."""
    half_size: float
    """Half the side of the square."""


def field_of(terrain: Terrain) -> Field:
    """Ground of a terrain as rays meet it; a plane ends where the terrain does."""
    heights = np.zeros((2, 2)) if terrain.heights is None else terrain.heights
    pitch = terrain.size_m / (len(heights) - 1)
    grid = np.ascontiguousarray(heights, np.float64)
    rows = np.maximum(grid[1:], grid[:-1])
    peaks = np.ascontiguousarray(np.maximum(rows[:, 1:], rows[:, :-1]))
    return Field(grid, peaks, float(grid.max()), pitch, terrain.size_m / 2)


@compiled
def _meet(a, du, dv, place, rate, base, top):  # type: ignore[no-untyped-def]
    """Distance at which a ray meets the plane a + du x + dv y within [base, top], or infinity.

    ``place`` and ``rate``: origin and direction of the ray, x and y in cells from the triangle's
    corner.
    """
    fall = du * rate[0] + dv * rate[1] - rate[2]
    if fall == 0.0:
        return np.inf
    t = (place[2] - a - du * place[0] - dv * place[1]) / fall
    return t if base <= t <= top else np.inf


@compiled
def _meet_cell(heights, row, column, place, rate, enter, leave):  # type: ignore[no-untyped-def]
    """Distance at which a ray meets one of a cell's triangles, or infinity."""
    h00, h01 = heights[row, column], heights[row, column + 1]
    h10, h11 = heights[row + 1, column], heights[row + 1, column + 1]
    here = (place[0] - column, place[1] - row, place[2])
    lower = _meet(h00, h01 - h00, h11 - h01, here, rate, enter - 1e-9, leave + 1e-9)
    upper = _meet(h00, h11 - h10, h10 - h00, here, rate, enter - 1e-9, leave + 1e-9)
    # Each plane counts on its own side of the diagonal.
    if lower < np.inf and here[0] + rate[0] * lower < here[1] + rate[1] * lower:
        lower = np.inf
    if upper < np.inf and here[0] + rate[0] * upper > here[1] + rate[1] * upper:
        upper = np.inf
    return min(lower, upper)


@compiled
def _within(place, rate, count, start, stop):  # type: ignore[no-untyped-def]
    """The part of [start, stop] in which place + t rate is within [0, count]; empty: reversed."""
    first, last = place + rate * start, place + rate * stop
    if min(first, last) >= 0.0 and max(first, last) <= count:
        return start, stop
    if rate == 0.0:
        return np.inf, -np.inf
    near, far = (0.0 - place) / rate, (count - place) / rate
    if near > far:
        near, far = far, near
    return max(start, near), min(stop, far)


@compiled
def cast(field, origin, direction, limit):  # type: ignore[no-untyped-def]
    """Distance along ``direction`` to the height field, or infinity.

    ``origin`` counts from the corner of the field's square, m; beyond ``limit`` nothing is met.
    """
    heights, peaks, top, pitch, _ = field
    rows, columns = heights.shape
    place = (origin[0] / pitch, origin[1] / pitch, origin[2])
    rate = (direction[0] / pitch, direction[1] / pitch, direction[2])
    start, stop = 0.0, limit
    if place[2] > top:
        if rate[2] >= 0.0:
            return np.inf
        start = (1.0 - _EARLIER) * (top - place[2]) / rate[2]
    start, stop = _within(place[0], rate[0], columns - 1, start, stop)
    start, stop = _within(place[1], rate[1], rows - 1, start, stop)
    if start >= stop:
        return np.inf
    column = min(max(int(np.floor(place[0] + rate[0] * start)), 0), columns - 2)
    row = min(max(int(np.floor(place[1] + rate[1] * start)), 0), rows - 2)
    step_x, step_y = (1 if rate[0] > 0 else -1), (1 if rate[1] > 0 else -1)
    t_x = ((column + (rate[0] > 0)) - place[0]) / rate[0] if rate[0] != 0.0 else np.inf
    t_y = ((row + (rate[1] > 0)) - place[1]) / rate[1] if rate[1] != 0.0 else np.inf
    cross_x, cross_y = abs(1.0 / rate[0]), abs(1.0 / rate[1])
    t, height = start, place[2] + rate[2] * start
    while t < stop:
        leave = min(t_x, t_y, stop)
        height_left = place[2] + rate[2] * leave
        if min(height, height_left) <= peaks[row, column]:
            hit = _meet_cell(heights, row, column, place, rate, t, leave)
            if hit < np.inf:
                return hit
        t, height = leave, height_left
        if t_x < t_y:
            column += step_x
            t_x += cross_x
        else:
            row += step_y
            t_y += cross_y
        if column < 0 or row < 0 or column > columns - 2 or row > rows - 2:
            return np.inf
    return np.inf
