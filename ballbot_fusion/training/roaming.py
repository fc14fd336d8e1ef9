"""An operator who drives from one place to the next, whatever lies between."""

from math import inf

import numpy as np

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.simulation.operator import REACHED_M, distance_to, toward
from ballbot_fusion.simulation.simulation import GroundTruth
from ballbot_fusion.simulation.terrain import COURSES, Terrain
from ballbot_fusion.simulation.terrain.course import make_course
from ballbot_fusion.simulation.terrain.grid import Point
from ballbot_fusion.training.settings import RolloutSettings

PATIENCE_S = 12.0
"""A random place that is not reached by then is given up."""
ERRAND_SPEED = (0.7, 1.0)
"""Speed of an errand, as shares of the largest: about the 0.5 m/s that hazards are judged at."""
REACH_M = 8.0
"""Places lie this far from the middle of the terrain at most."""


class Roaming:
    """Commands velocities towards random places; speed and a little drift are drawn with each."""

    def __init__(
        self, rng: np.random.Generator, limits: CommandLimits, errand: Point | None = None
    ) -> None:
        """Begin with an ``errand``: a place (m) that is not given up; or with a random one."""
        self._rng, self._limits = rng, limits
        self._draw(0.0)
        if errand is not None:
            self._place, self._until, self._drift = errand, inf, 0.0
            self._speed = float(rng.uniform(*ERRAND_SPEED)) * limits.max_forward

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


def roaming(
    rng: np.random.Generator, terrain: Terrain, settings: RolloutSettings, limits: CommandLimits
) -> Roaming | None:
    """Draw the operator of an episode; None: commands are drawn at random instead.

    An errand to a course's goal is driven as the hazard suite drives it, so that the hazard before
    it is met again and again: while places are drawn at random, few walls are met head on.
    """
    if terrain.name in COURSES and rng.random() < settings.errand_share:
        return Roaming(rng, limits, make_course(terrain.name, terrain.seed).goal)
    return Roaming(rng, limits) if rng.random() < settings.roaming_share else None
