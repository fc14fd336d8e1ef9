"""What each kind of world promises."""

from itertools import pairwise
from math import radians, tan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limited
from hypothesis import strategies as st
from support.straight_drive import drive_at

from ballbot_fusion.simulation.terrain import (
    COURSES,
    HELD_OUT_FAMILIES,
    TERRAINS,
    TRAINING,
    Box,
    Cylinder,
    make_terrain,
)
from ballbot_fusion.simulation.terrain.hazards import clearance_map, map_grid

SEEDS = st.integers(0, 2**32 - 1)
AROUND = [(x, y) for x in np.linspace(-0.9, 0.9, 13) for y in np.linspace(-0.9, 0.9, 13)]
START = [(x, y) for x, y in AROUND if np.hypot(x, y) <= 0.9]


def heights_of(seed: int, name: str) -> np.ndarray:
    heights = make_terrain(name, seed).heights
    assert heights is not None
    return heights


def test_every_family_is_trained_on_or_held_out() -> None:
    assert sorted(TRAINING + HELD_OUT_FAMILIES) == sorted(TERRAINS)
    assert set(HELD_OUT_FAMILIES) == {"trenches", "crates"} < set(COURSES)


@pytest.mark.parametrize("name", TERRAINS)
@limited(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_the_start_is_level_and_safe(name: str, seed: int) -> None:
    terrain = make_terrain(name, seed)
    start = [terrain.height_at(x, y) for x, y in START]
    assert np.ptp(start) <= (0.1 if name in ("rough", "mixed") else 1e-9)
    grid = map_grid(terrain)
    assert clearance_map(terrain)[grid.node((0.0, 0.0))] > 0.89


@pytest.mark.parametrize("name", [name for name in TERRAINS if name != "flat"])
def test_the_seed_decides(name: str) -> None:
    def content(seed: int) -> tuple[bytes, object]:
        terrain = make_terrain(name, seed)
        return b"" if terrain.heights is None else terrain.heights.tobytes(), terrain.obstacles

    assert content(1) == content(1)
    assert content(1) != content(2)


@limited(max_examples=20, deadline=None)
@given(SEEDS)
def test_ramps_rise_12_degrees_at_most_and_somewhere_5(seed: int) -> None:
    heights = heights_of(seed, "ramps")
    slope = np.hypot(*np.gradient(heights, 0.1))
    assert tan(radians(5.0)) < slope.max() <= tan(radians(12.0)) + 1e-6


@limited(max_examples=20, deadline=None)
@given(SEEDS)
def test_steps_are_kerbs_of_4_cm_at_most(seed: int) -> None:
    heights = heights_of(seed, "steps")
    steps = np.concatenate([np.abs(np.diff(heights, axis=axis)).ravel() for axis in (0, 1)])
    assert 0.01 < steps.max() <= 0.04


@pytest.mark.parametrize("name", ["ramps", "steps"])
def test_ramps_and_steps_need_no_sight(name: str) -> None:
    """Who drives straight gets there."""
    end = drive_at(name, 3, (3.0, 0.5), 15.0)
    assert not end.fell
    assert end.arrived


@pytest.mark.parametrize(("name", "low", "high"), [("pits", 0.3, 1.0), ("trenches", 0.4, 1.0)])
@limited(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_holes_are_as_deep_as_stated(name: str, low: float, high: float, seed: int) -> None:
    deep = -heights_of(seed, name)
    assert deep.min() == 0.0
    # Where two holes meet it is deeper still.
    assert np.quantile(deep[deep > 0.0], 0.9) <= high
    assert deep[deep > 0.0].min() >= low


@limited(max_examples=10, deadline=None)
@given(SEEDS)
def test_a_mesa_drops_half_a_metre_and_more_with_ledges_on_the_way(seed: int) -> None:
    levels = np.unique(heights_of(seed, "edges"))
    assert levels[-1] == 0.0
    assert levels[0] <= -0.5
    assert len(levels) == 3
    assert levels[1] == pytest.approx(levels[0] / 2)


@limited(max_examples=10, deadline=None)
@given(SEEDS)
def test_pillars_and_crates_have_the_stated_sizes(seed: int) -> None:
    for pillar in make_terrain("pillars", seed).obstacles:
        assert isinstance(pillar, Cylinder)
        assert 0.05 <= pillar.radius <= 0.25
        assert 0.3 <= pillar.centre[2] + pillar.half_height <= 1.0 + 1e-9
    for crate in make_terrain("crates", seed).obstacles:
        assert isinstance(crate, Box)
        assert crate.centre[2] + crate.half_size[2] > 0.25


@limited(max_examples=20, deadline=None)
@given(SEEDS)
def test_gaps_between_walls_of_a_row_are_a_metre_and_more(seed: int) -> None:
    walls = [item for item in make_terrain("walls", seed).obstacles if isinstance(item, Box)]
    across = np.array([np.cos(walls[0].yaw), np.sin(walls[0].yaw)])
    forward = np.array([-across[1], across[0]])
    centres = np.array([wall.centre[:2] for wall in walls])
    rows = np.round(centres @ forward, 6)
    for row in np.unique(rows):
        inside = [(float(centres[i] @ across), walls[i].half_size[0])
                  for i in np.flatnonzero(rows == row)]  # fmt: skip
        inside.sort()
        for (a, half_a), (b, half_b) in pairwise(inside):
            assert b - half_b - a - half_a >= 1.0 - 1e-9


def test_mixed_worlds_have_every_kind_of_hazard_on_rough_ground() -> None:
    terrain = make_terrain("mixed", 3)
    assert terrain.heights is not None
    assert {type(item) for item in terrain.obstacles} == {Box, Cylinder}
    assert terrain.heights.min() < -0.2
    assert 0.05 < np.ptp(terrain.heights[terrain.heights >= 0.0]) <= 0.1
