"""Ground to stand on. A new terrain is a file here and a line in the table."""

from collections.abc import Callable
from importlib import import_module

from ballbot_fusion.simulation.terrain.obstacles import Box, Cylinder, Obstacle
from ballbot_fusion.simulation.terrain.terrain import Terrain

TERRAINS = {
    "flat": "ballbot_fusion.simulation.terrain.flat",
    "rough": "ballbot_fusion.simulation.terrain.rough",
}
"""Module with a function ``make(seed) -> Terrain`` by name."""

__all__ = ["TERRAINS", "Box", "Cylinder", "Obstacle", "Terrain", "make_terrain"]


def make_terrain(name: str, seed: int) -> Terrain:
    """Build a terrain by name; the same seed gives the same ground.

    Raises:
        ValueError: no such terrain.
    """
    if name not in TERRAINS:
        raise ValueError(f"Unknown terrain {name!r}; choose one of {', '.join(TERRAINS)}.")
    make: Callable[[int], Terrain] = import_module(TERRAINS[name]).make
    return make(seed)
