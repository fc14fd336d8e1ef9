"""The fan of ground points that a teacher looks at: polar, ahead of the ball, heading frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import NotNegative, Positive
from ballbot_fusion.core.settings import Settings


class FanSettings(Settings):
    """Where the points lie."""

    nearest: NotNegative = 0.15
    """Distance of the first ring from the ball's centre, m."""
    farthest: Positive = 2.0
    """Distance of the last ring, m."""
    ring_m: Positive = 0.05
    """Between rings, m."""
    half_angle_deg: Positive = 90.0
    """Spokes reach this far to either side, degrees."""
    spoke_deg: Positive = 2.5
    """Between spokes, degrees."""


@dataclass(frozen=True)
class Fan:
    """Points by spoke and ring: ``x`` forward and ``y`` left are (spokes, rings), m."""

    azimuths: NDArray[np.float64]
    """(spokes,) rad, from right to left."""
    radii: NDArray[np.float64]
    """(rings,) m."""
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    @classmethod
    def of(cls, settings: FanSettings) -> "Fan":
        """Lay the points out."""
        spokes = 2 * round(settings.half_angle_deg / settings.spoke_deg) + 1
        half = np.radians(settings.half_angle_deg)
        azimuths = np.linspace(-half, half, spokes)
        rings = round((settings.farthest - settings.nearest) / settings.ring_m) + 1
        radii = settings.nearest + settings.ring_m * np.arange(rings, dtype=np.float64)
        x, y = np.outer(np.cos(azimuths), radii), np.outer(np.sin(azimuths), radii)
        return cls(azimuths, radii, x, y)
