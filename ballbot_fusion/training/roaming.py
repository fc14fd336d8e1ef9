"""An operator who drives from one random place to the next, whatever lies between."""

import numpy as np

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.simulation.operator import REACHED_M, distance_to, toward
from ballbot_fusion.simulation.simulation import GroundTruth

PATIENCE_S = 12.0
"""A place that is not reached by then is given up."""
REACH_M = 8.0
"""Places lie this far from the middle of the terrain at most."""


class Roaming:
    """Commands velocities towards random places; speed and a little drift are drawn with each."""

    def __init__(self, rng: np.random.Generator, limits: CommandLimits) -> None:
        """Draw the first place."""
        self._rng, self._limits = rng, limits
        self._draw(0.0)

    def _draw(self, seconds: float) -> None:
        rng, limits = self._rng, self._limits
        angle, distance = rng.uniform(-np.pi, np.pi), REACH_M * np.sqrt(rng.random())
        self._place = (float(distance * np.cos(angle)), float(distance * np.sin(angle)))
        self._until = seconds + PATIENCE_S
        self._speed = float(rng.uniform(0.4, 1.0)) * limits.max_forward
        self._drift = float(np.clip(rng.normal(0.0, 0.05), -0.1, 0.1))

    def command(self, truth: GroundTruth, seconds: float) -> Vector:
        """Commanded vx, vy [m/s], yaw rate [rad/s] at a time, s after the start."""
        if seconds > self._until or distance_to(truth, self._place) < REACHED_M:
            self._draw(seconds)
        vx, _, yaw_rate = toward(truth, self._place, self._speed)
        return (vx, self._drift if vx else 0.0, yaw_rate)
