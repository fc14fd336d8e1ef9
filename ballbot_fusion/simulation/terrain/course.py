"""A course: ground, and a goal that cannot be reached by driving straight at it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from ballbot_fusion.core.tables import load_entry
from ballbot_fusion.simulation.terrain import COURSES, TERRAINS
from ballbot_fusion.simulation.terrain.grid import Point
from ballbot_fusion.simulation.terrain.hazards import way_exists
from ballbot_fusion.simulation.terrain.terrain import Terrain


@dataclass(frozen=True)
class Course:
    """The robot starts at the origin and faces along x.

    A hazard lies on the straight line to the goal by construction: none is drawn and then refused.
    """

    terrain: Terrain
    goal: Point
    """6 to 8 m from the start, within 40 degrees of straight ahead."""

    @cached_property
    def passable(self) -> bool:
        """Whether a way leads there that leaves 0.30 m around the ball's centre clear."""
        return way_exists(self.terrain, self.goal)


def make_course(name: str, seed: int) -> Course:
    """Build a course by the name of its terrain: ``make_terrain(name, seed)`` is the same ground.

    Raises:
        ValueError: no such course.
    """
    courses = {family: TERRAINS[family] for family in COURSES}
    make: Callable[[int], Course] = load_entry(courses, name, "course").course
    return make(seed)
