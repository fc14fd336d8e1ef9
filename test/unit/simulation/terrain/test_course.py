from math import atan2, degrees, hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limited
from hypothesis import strategies as st
from scipy import ndimage
from support.straight_drive import drive_at

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.terrain import COURSES, make_terrain
from ballbot_fusion.simulation.terrain.course import Course, make_course
from ballbot_fusion.simulation.terrain.hazards import clearance_map, map_grid

SEEDS = st.integers(0, 2**32 - 1)
BALL_M = RobotConfig().ball.radius


def along_the_line(course: Course) -> np.ndarray:
    """Clearance every centimetre from start to goal, m."""
    grid, clearance = map_grid(course.terrain), clearance_map(course.terrain)
    count = int(hypot(*course.goal) / 0.01)
    places = np.linspace((0.0, 0.0), course.goal, count)
    return np.array([clearance[grid.node((x, y))] for x, y in places])


@pytest.mark.parametrize("name", COURSES)
@limited(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_a_hazard_lies_on_the_straight_line_and_none_at_its_ends(name: str, seed: int) -> None:
    course = make_course(name, seed)
    clearance = along_the_line(course)
    assert clearance.min() < BALL_M / 2
    assert clearance[0] > 0.89
    assert clearance[-1] > 0.6
    assert 6.0 <= hypot(*course.goal) <= 8.0
    assert abs(degrees(atan2(course.goal[1], course.goal[0]))) <= 40.0


@pytest.mark.parametrize("name", COURSES)
@pytest.mark.parametrize("seed", [1])
def test_who_drives_straight_falls_or_touches(name: str, seed: int) -> None:
    end = drive_at(name, seed, make_course(name, seed).goal)
    assert end.fell or end.touched
    assert not end.arrived


@pytest.mark.parametrize("name", COURSES)
@pytest.mark.parametrize("seed", [3, 10_003])
def test_the_terrain_of_the_same_name_is_the_same_ground(name: str, seed: int) -> None:
    course, terrain = make_course(name, seed), make_terrain(name, seed)
    assert course.terrain.obstacles == terrain.obstacles
    assert (course.terrain.heights is None) == (terrain.heights is None)
    if terrain.heights is not None:
        assert np.array_equal(course.terrain.heights, terrain.heights)  # type: ignore[arg-type]
    assert make_course(name, seed).goal == course.goal != make_course(name, seed + 1).goal


@pytest.mark.parametrize("name", COURSES)
def test_most_courses_are_passable_and_then_a_path_is_clear_all_along(name: str) -> None:
    courses = [make_course(name, seed) for seed in range(13)]
    passable = [course for course in courses if course.passable]
    assert len(passable) >= 0.85 * len(courses)
    for course in passable[:3]:
        grid, wide = map_grid(course.terrain), clearance_map(course.terrain) > 0.30
        reached = np.zeros_like(wide)
        reached[grid.node((0.0, 0.0))] = True
        reached = ndimage.binary_propagation(reached, mask=wide)
        assert reached[grid.node(course.goal)]


def test_an_unknown_course_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'flat'.*pits, edges"):
        make_course("flat", 0)
