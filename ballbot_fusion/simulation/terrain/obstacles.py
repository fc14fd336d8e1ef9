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

SUNK_M = 0.1
"""Obstacles reach this far below the ground, so that none floats where it is uneven."""


def upright_box(
    place: tuple[float, float],
    half: tuple[float, float],
    height: float,
    yaw: float,
    ground: float = 0.0,
) -> Box:
    """Stand a box on ground of height ``ground`` m, ``height`` m of it in sight."""
    middle = ground + 0.5 * (height - SUNK_M)
    return Box((*place, middle), (*half, 0.5 * (height + SUNK_M)), yaw)


def pillar(
    place: tuple[float, float], radius: float, height: float, ground: float = 0.0
) -> Cylinder:
    """Stand a cylinder on ground of height ``ground`` m, ``height`` m of it in sight."""
    middle = ground + 0.5 * (height - SUNK_M)
    return Cylinder((*place, middle), radius, 0.5 * (height + SUNK_M))
