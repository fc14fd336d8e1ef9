"""What a terrain is: a plane or a height field around the origin."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Terrain:
    """Ground of a world.

    ``heights`` is (rows, columns) in m, rows along y, columns along x, over a square of
    ``size_m`` m centred on the origin; None means a plane at z = 0.
    """

    name: str
    seed: int
    size_m: float = 20.0
    heights: NDArray[np.float64] | None = None

    def height_at(self, x: float, y: float) -> float:
        """Height of the ground, m; MuJoCo's triangulation of the field, outside it its edge."""
        if self.heights is None:
            return 0.0
        rows, columns = self.heights.shape
        column, u = _cell(x, self.size_m, columns)
        row, v = _cell(y, self.size_m, rows)
        h = self.heights[row : row + 2, column : column + 2]
        # Each cell is two triangles that share the diagonal from (0, 0) to (1, 1).
        if u > v:
            return float(h[0, 0] + u * (h[0, 1] - h[0, 0]) + v * (h[1, 1] - h[0, 1]))
        return float(h[0, 0] + v * (h[1, 0] - h[0, 0]) + u * (h[1, 1] - h[1, 0]))


def _cell(position: float, size: float, count: int) -> tuple[int, float]:
    """Grid cell and the position within it, 0 to 1."""
    place = (position / size + 0.5) * (count - 1)
    place = min(max(place, 0.0), count - 1.0)
    cell = min(int(place), count - 2)
    return cell, place - cell
