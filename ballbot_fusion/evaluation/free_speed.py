"""How fast it drives on a course wherever it could: standing still is no success."""

from math import atan2, cos, hypot, sin

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.simulation.simulation import GroundTruth
from ballbot_fusion.simulation.terrain import Terrain
from ballbot_fusion.simulation.terrain.hazards import ROBOT_RADIUS_M, clearance_map, map_grid

FREE_M = 1.5
"""The path counts as free when it is so far ahead."""
MOVES = 0.05
"""Slower than this it has no direction of motion: what it faces is its path, m/s."""
FULL_SHARE = 0.95
"""Looked at only while the command is this share of full speed ahead."""
EVERY_TICKS = 20


class FreeSpeed:
    """Speed along the path, looked at now and then, where the next ``FREE_M`` of it are free."""

    def __init__(self, terrain: Terrain, speed: float) -> None:
        """Judge by the true map of ``terrain``, while ``speed`` m/s ahead are commanded."""
        self._clearance: NDArray[np.float64] = clearance_map(terrain)
        self._grid = map_grid(terrain)
        self._commanded = FULL_SHARE * speed
        self._found: list[float] = []
        self._ticks = 0

    def add(self, truth: GroundTruth, commanded: float) -> None:
        """Take in one tick, in which ``commanded`` m/s ahead were asked for."""
        self._ticks += 1
        if self._ticks % EVERY_TICKS == 0 and commanded >= self._commanded and self._free(truth):
            self._found.append(hypot(truth.velocity[0], truth.velocity[1]))

    @property
    def mean(self) -> float | None:
        """In m/s; None when the path was free at no time."""
        return float(np.mean(self._found)) if self._found else None

    def _free(self, truth: GroundTruth) -> bool:
        vx, vy, _ = truth.velocity
        moves = hypot(vx, vy) >= MOVES
        path = atan2(vy, vx) if moves else rotation.yaw_of(truth.orientation)
        x, y = truth.position[:2]
        return all(
            self._clearance[self._grid.node((x + away * cos(path), y + away * sin(path)))]
            > ROBOT_RADIUS_M
            for away in np.arange(0.0, FREE_M, 0.1)
        )
