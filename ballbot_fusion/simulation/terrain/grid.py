"""Shapes on a square grid of heights, seen from above."""

from dataclasses import dataclass
from functools import cached_property
from math import cos, hypot, sin

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Point = tuple[float, float]
"""x, y in the world, m."""


@dataclass(frozen=True)
class Grid:
    """Nodes (n, n) over a square of ``size_m`` m centred on the origin: rows along y, as heights.

    A wall of a hole is one cell wide, so a fine pitch makes it steep.
    """

    size_m: float = 20.0
    pitch_m: float = 0.05

    @property
    def count(self) -> int:
        """Nodes along a side, n."""
        return round(self.size_m / self.pitch_m) + 1

    @cached_property
    def x(self) -> NDArray[np.float64]:
        """(1, n), m."""
        return np.linspace(-self.size_m / 2, self.size_m / 2, self.count)[None, :]

    @cached_property
    def y(self) -> NDArray[np.float64]:
        """(n, 1), m."""
        return self.x.T

    def level(self) -> NDArray[np.float64]:
        """(n, n) heights of zero, m."""
        return np.zeros((self.count, self.count))

    def node(self, place: Point) -> tuple[int, int]:
        """Row and column of the node nearest to a place; outside the square that at its edge."""
        column, row = (round((p + self.size_m / 2) / self.pitch_m) for p in place)
        last = self.count - 1
        return min(max(row, 0), last), min(max(column, 0), last)

    def turned(self, centre: Point, yaw: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n, n) coordinates along axes turned by ``yaw`` rad about ``centre``, m."""
        return _turned(self.x - centre[0], self.y - centre[1], yaw)

    def disc(self, centre: Point, radius: float) -> Mask:
        """(n, n) nodes within ``radius`` m."""
        mask, rows, columns = self._near(centre, radius)
        x, y = self.x[:, columns] - centre[0], self.y[rows] - centre[1]
        mask[rows, columns] = np.hypot(x, y) <= radius
        return mask

    def rectangle(self, centre: Point, half: Point, yaw: float) -> Mask:
        """(n, n) nodes within ``half`` m along axes turned by ``yaw`` rad."""
        mask, rows, columns = self._near(centre, hypot(*half))
        u, v = _turned(self.x[:, columns] - centre[0], self.y[rows] - centre[1], yaw)
        mask[rows, columns] = (np.abs(u) <= half[0]) & (np.abs(v) <= half[1])
        return mask

    def _near(self, centre: Point, reach: float) -> tuple[Mask, slice, slice]:
        """Return an empty mask and the rows and columns that a shape can touch; it saves time."""
        low = self.node((centre[0] - reach, centre[1] - reach))
        high = self.node((centre[0] + reach, centre[1] + reach))
        rows, columns = (slice(a, b + 1) for a, b in zip(low, high, strict=True))
        return np.zeros((self.count, self.count), bool), rows, columns


def _turned(
    x: NDArray[np.float64], y: NDArray[np.float64], yaw: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return x * cos(yaw) + y * sin(yaw), y * cos(yaw) - x * sin(yaw)
