"""What stands on the ground: walls and pillars, upright and fixed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A wall or a step."""

    centre: tuple[float, float, float]
    """In the world, m."""
    half_size: tuple[float, float, float]
    """Along its own x, y, z, m."""
    yaw: float = 0.0
    """Turned about z, rad."""


@dataclass(frozen=True)
class Cylinder:
    """A pillar; its axis is vertical."""

    centre: tuple[float, float, float]
    """In the world, m."""
    radius: float
    """m"""
    half_height: float
    """m"""


Obstacle = Box | Cylinder
