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
        return float(surface_height(self.heights, self.size_m, x, y))


def surface_height(heights: NDArray[np.float64], size: float, x: float, y: float) -> float:
    """Height of a field (n, n) over a square of ``size`` m; outside it that of its edge, m.

    Plain enough for numba to compile as it is.
    """
    last = len(heights) - 1
    across = min(max((x / size + 0.5) * last, 0.0), float(last))
    along = min(max((y / size + 0.5) * last, 0.0), float(last))
    column, row = min(int(across), last - 1), min(int(along), last - 1)
    u, v = across - column, along - row
    h00, h01 = heights[row, column], heights[row, column + 1]
    h10, h11 = heights[row + 1, column], heights[row + 1, column + 1]
    # Each cell is two triangles that share the diagonal from (0, 0) to (1, 1).
    found: float
    if u > v:
        found = h00 + u * (h01 - h00) + v * (h11 - h01)
    else:
        found = h00 + v * (h10 - h00) + u * (h11 - h10)
    return found
