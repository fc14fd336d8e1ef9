from math import radians, tan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.simulation.terrain import Box, Cylinder, Terrain, make_terrain
from ballbot_fusion.simulation.terrain.grid import Grid
from ballbot_fusion.simulation.terrain.hazards import (
    PITCH_M,
    clearance_map,
    hazard_map,
    map_grid,
    way_exists,
)

GRID = Grid(8.0)


def ground(heights: np.ndarray, *obstacles: Box | Cylinder) -> Terrain:
    return Terrain("made", 0, 8.0, heights, obstacles)


def wall_with_gap(width: float) -> Terrain:
    """A wall across the world at x = 2, with a gap around y = 1."""
    ends = ((-4.0, 1.0 - width / 2), (1.0 + width / 2, 4.0))
    boxes = (Box((2.0, (a + b) / 2, 0.5), (0.05, (b - a) / 2, 0.5)) for a, b in ends)
    return ground(GRID.level(), *boxes)


@pytest.mark.parametrize("name", ["flat", "rough", "ramps", "steps"])
@pytest.mark.parametrize("seed", range(3))
def test_what_the_ball_rolls_over_is_no_hazard(name: str, seed: int) -> None:
    assert not hazard_map(make_terrain(name, seed)).any()


@settings(deadline=None)
@given(st.floats(-55.0, 55.0))
def test_only_slopes_beyond_45_degrees_are_hazards(degrees: float) -> None:
    """One such slope, 0.5 m long, on the level."""
    rise = tan(radians(degrees))
    heights = GRID.level() + np.clip(GRID.x - 1.0, 0.0, 0.5) * rise
    if abs(abs(degrees) - 45.0) > 0.1:
        assert hazard_map(ground(heights)).any() == (abs(degrees) > 45.0)


def test_a_hole_counts_as_a_whole_and_so_does_the_land_below_a_mesa() -> None:
    pit = GRID.level()
    pit[GRID.disc((2.0, 0.0), 0.5)] = -0.3
    found = hazard_map(ground(pit))
    assert np.all(found[GRID.disc((2.0, 0.0), 0.5)])
    assert not np.any(found[~GRID.disc((2.0, 0.0), 0.56)])
    mesa = np.where(GRID.disc((0.0, 0.0), 2.0), 0.0, -0.5)
    found = hazard_map(ground(mesa))
    assert np.all(found[~GRID.disc((0.0, 0.0), 2.0)])
    assert not np.any(found[GRID.disc((0.0, 0.0), 1.9)])


@settings(deadline=None)
@given(st.floats(0.5, 3.0), st.floats(-3.0, 3.0), st.floats(0.05, 0.4))
def test_clearance_is_the_distance_to_an_obstacle(x: float, y: float, radius: float) -> None:
    clearance = clearance_map(ground(GRID.level(), Cylinder((x, y, 0.5), radius, 0.5)))
    to_edge = 4.0 + PITCH_M
    expected = min(np.hypot(x, y) - radius, to_edge)
    assert clearance[GRID.node((0.0, 0.0))] == pytest.approx(expected, abs=1.5 * PITCH_M)
    assert clearance[0, 0] <= PITCH_M


@settings(deadline=None)
@given(st.floats(0.2, 1.6))
def test_a_gap_is_a_way_when_the_robot_fits_through(width: float) -> None:
    """A disc of 0.30 m needs 0.60 m, and the map is as coarse as its pitch."""
    if abs(width - 0.6) > 3 * PITCH_M:
        assert way_exists(wall_with_gap(width), (3.0, 0.0)) == (width > 0.6)


def test_there_is_no_way_to_a_goal_beside_a_hazard() -> None:
    assert way_exists(wall_with_gap(1.0), (1.0, 0.0))
    assert not way_exists(wall_with_gap(1.0), (1.9, -2.0))


@pytest.mark.parametrize("name", ["flat", "ramps", "pits"])
def test_maps_have_one_frame_whatever_the_terrain_is_sampled_at(name: str) -> None:
    terrain = make_terrain(name, 1)
    assert hazard_map(terrain).shape == clearance_map(terrain).shape == (401, 401)
    assert map_grid(terrain).node((0.0, 1.0)) == (220, 200)
