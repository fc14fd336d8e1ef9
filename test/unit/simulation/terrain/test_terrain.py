from dataclasses import replace

import mujoco
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.model import GROUND, build_model
from ballbot_fusion.simulation.terrain import TERRAINS, Terrain, make_terrain
from ballbot_fusion.simulation.terrain.rough import AMPLITUDE_M, LEVEL_RADIUS_M

ROUGH = make_terrain("rough", 3)


def ground_below(model: mujoco.MjModel, data: mujoco.MjData, x: float, y: float) -> float:
    """Height at which a ray from above meets the ground, by MuJoCo."""
    hit = np.array([-1], np.int32)
    only_world = np.array([1, 0, 0, 0, 0, 0], np.uint8)
    start = np.array([x, y, 5.0])
    down = np.array([0.0, 0.0, -1.0])
    distance = mujoco.mj_ray(model, data, start, down, only_world, 1, -1, hit)
    assert hit[0] == model.geom(GROUND).id
    return 5.0 - distance


@pytest.fixture(scope="module", params=["random", "rough"])
def world(request: pytest.FixtureRequest) -> tuple[Terrain, mujoco.MjModel, mujoco.MjData]:
    terrain = ROUGH
    if request.param == "random":
        # Every cell is twisted, so the wrong diagonal would show; and some of it lies below zero.
        heights = np.random.default_rng(1).uniform(-0.4, 0.6, (9, 9))
        terrain = replace(ROUGH, heights=heights, size_m=6.0)
    model = build_model(RobotConfig(), terrain)
    data = mujoco.MjData(model)
    data.qpos[2] = -50.0
    mujoco.mj_forward(model, data)
    return terrain, model, data


def test_height_is_that_of_mujocos_triangles(
    world: tuple[Terrain, mujoco.MjModel, mujoco.MjData],
) -> None:
    terrain, model, data = world
    reach = 0.499 * terrain.size_m
    for x, y in np.random.default_rng(2).uniform(-reach, reach, (500, 2)):
        height = ground_below(model, data, float(x), float(y))
        assert terrain.height_at(x, y) == pytest.approx(height, abs=1e-5)


@given(st.floats(-100.0, 100.0), st.floats(-100.0, 100.0))
def test_height_is_bounded_everywhere(x: float, y: float) -> None:
    assert ROUGH.heights is not None
    assert ROUGH.heights.min() <= ROUGH.height_at(x, y) <= ROUGH.heights.max() + 1e-12


@given(st.integers(0, 2**31))
def test_rough_is_level_at_the_start_and_as_high_as_stated(seed: int) -> None:
    terrain = make_terrain("rough", seed)
    assert terrain.heights is not None
    assert terrain.heights.min() == 0.0
    assert 0.5 * AMPLITUDE_M < terrain.heights.max() <= AMPLITUDE_M + 1e-12
    near = 0.4 * LEVEL_RADIUS_M
    start = [terrain.height_at(x, y) for x in (-near, 0.0, near) for y in (-near, 0.0, near)]
    assert np.ptp(start) < 1e-12


def test_rough_has_no_steps() -> None:
    assert ROUGH.heights is not None
    cell = ROUGH.size_m / (len(ROUGH.heights) - 1)
    slopes = [np.abs(np.diff(ROUGH.heights, axis=axis)).max() / cell for axis in (0, 1)]
    assert max(slopes) < 0.3


def test_the_seed_decides() -> None:
    one, again, other = (make_terrain("rough", seed).heights for seed in (1, 1, 2))
    assert np.array_equal(one, again)  # type: ignore[arg-type]
    assert not np.array_equal(one, other)  # type: ignore[arg-type]


def test_an_unknown_terrain_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"moon.*flat, rough"):
        make_terrain("moon", 0)


@pytest.mark.parametrize("name", TERRAINS)
def test_every_terrain_in_the_table_can_be_made(name: str) -> None:
    assert make_terrain(name, 7).name == name


@pytest.mark.parametrize("heights", [np.zeros((4, 5)), np.zeros(4), np.full((4, 4), np.nan)])
def test_heights_that_are_no_square_of_numbers_are_refused(heights: np.ndarray) -> None:
    with pytest.raises(ValueError, match="Heights of terrain 'odd'"):
        Terrain("odd", 0, 4.0, heights)
