"""What a terrain is: a plane or a height field around the origin."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.simulation.terrain.obstacles import Obstacle


@dataclass(frozen=True)
class Terrain:
    """Ground of a world.

    ``heights`` is (n, n) in m, rows along y, columns along x, over a square of ``size_m`` m
    centred on the origin; None means a plane at z = 0.

    Raises:
        ValueError: heights that are no square of finite numbers.
    """

    name: str
    seed: int
    size_m: float = 20.0
    heights: NDArray[np.float64] | None = None
    obstacles: tuple[Obstacle, ...] = ()
    """What stands on it; ``height_at`` is the ground without it."""

    def __post_init__(self) -> None:
        if self.heights is None:
            return
        shape = self.heights.shape
        if len(shape) != 2 or shape[0] != shape[1] or shape[0] < 2:
            raise ValueError(
                f"Heights of terrain {self.name!r} must be (n, n) with n >= 2, found {shape}. "
                "Sample the ground on a square grid."
            )
        if not np.isfinite(self.heights).all():
            raise ValueError(f"Heights of terrain {self.name!r} must be finite; found NaN or inf.")

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
