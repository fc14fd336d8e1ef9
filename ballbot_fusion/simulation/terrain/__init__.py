"""Ground to stand on. A new terrain is a file here and a line in the table."""

from collections.abc import Callable

from ballbot_fusion.core.tables import load_entry
from ballbot_fusion.simulation.terrain.obstacles import Box, Cylinder, Obstacle
from ballbot_fusion.simulation.terrain.terrain import Terrain

TERRAINS = {
    "flat": "ballbot_fusion.simulation.terrain.flat",
    "rough": "ballbot_fusion.simulation.terrain.rough",
    "ramps": "ballbot_fusion.simulation.terrain.ramps",
    "steps": "ballbot_fusion.simulation.terrain.steps",
    "pits": "ballbot_fusion.simulation.terrain.pits",
    "edges": "ballbot_fusion.simulation.terrain.edges",
    "pillars": "ballbot_fusion.simulation.terrain.pillars",
    "walls": "ballbot_fusion.simulation.terrain.walls",
    "mixed": "ballbot_fusion.simulation.terrain.mixed",
    "trenches": "ballbot_fusion.simulation.terrain.trenches",
    "crates": "ballbot_fusion.simulation.terrain.crates",
}
"""Module with a function ``make(seed) -> Terrain`` by name; seeds.py says which seeds are whose."""
HELD_OUT_FAMILIES = ("trenches", "crates")
"""Never trained on: what a policy does with hazards of a kind that it has not seen."""
TRAINING = tuple(name for name in TERRAINS if name not in HELD_OUT_FAMILIES)
"""May be trained on."""
COURSES = ("pits", "edges", "pillars", "walls", "mixed", "trenches", "crates")
"""Have a goal behind a hazard: ``make_course`` in course.py; their modules, ``course(seed)``."""

__all__ = [
    "COURSES",
    "HELD_OUT_FAMILIES",
    "TERRAINS",
    "TRAINING",
    "Box",
    "Cylinder",
    "Obstacle",
    "Terrain",
    "make_terrain",
]


def make_terrain(name: str, seed: int) -> Terrain:
    """Build a terrain by name; the same seed gives the same ground.

    Raises:
        ValueError: no such terrain.
    """
    make: Callable[[int], Terrain] = load_entry(TERRAINS, name, "terrain").make
    return make(seed)
