"""What the cameras cannot see must not matter, or the teacher could not be imitated."""

import numpy as np
import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.simulation import GroundTruth, Simulation
from ballbot_fusion.simulation.teacher.fan import Fan, FanSettings
from ballbot_fusion.simulation.teacher.sight import Sight
from ballbot_fusion.simulation.teacher.teacher import CAMERAS, Teacher
from ballbot_fusion.simulation.terrain import Box, Terrain, make_terrain

ROBOT = RobotConfig()
FAN = Fan.of(FanSettings())
COMMAND = (0.5, 0.0, 0.1)


def standing_on(terrain: Terrain) -> tuple[Simulation, GroundTruth]:
    simulation = Simulation(ROBOT, terrain, seed=3)
    return simulation, simulation.ground_truth()


def lesson(terrain: Terrain, truth: GroundTruth) -> np.ndarray:
    teacher = Teacher(ROBOT, 200, terrain)
    teacher.look(truth)
    return teacher.lesson(truth, COMMAND, (0.0, 0.0)).actions


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["pits", "mixed"])
def test_ground_out_of_sight_changes_no_label(name: str, seed: int) -> None:
    terrain = make_terrain(name, seed)
    _, truth = standing_on(terrain)
    assert terrain.heights is not None
    count = len(terrain.heights)
    line = np.linspace(-terrain.size_m / 2, terrain.size_m / 2, count)
    x, y = np.meshgrid(line, line)
    # Behind the robot, and far ahead: outside of both images, or out of range.
    unseen = (x < -0.2) | (np.hypot(x, y) > 4.0)
    heights = np.where(unseen, terrain.heights - 0.7, terrain.heights)
    changed = Terrain(name, seed, terrain.size_m, heights, terrain.obstacles)
    np.testing.assert_array_equal(lesson(terrain, truth), lesson(changed, truth))


@pytest.mark.parametrize("turn", [-0.7, -0.2, 0.0, 0.6])
@pytest.mark.parametrize("way", [(0.3, 0.05), (0.1, 0.2), (0.0, -0.25), (-0.2, 0.2)])
def test_on_free_ground_the_command_passes(way: tuple[float, float], turn: float) -> None:
    terrain = make_terrain("flat", 0)
    _, truth = standing_on(terrain)
    teacher = Teacher(ROBOT, 200, terrain)
    teacher.look(truth)
    found = teacher.velocity(truth, (*way, turn), CAMERAS[-1])
    np.testing.assert_allclose(found, (*way, turn), atol=1e-9)


def test_ground_behind_a_wall_changes_no_label() -> None:
    wall = Box((1.0, 0.0, 0.5), (0.05, 3.0, 0.5))
    behind = Box((1.6, 0.0, 0.2), (0.2, 0.5, 0.2))
    one, both = (Terrain("wall", 0, obstacles=boxes) for boxes in ((wall,), (wall, behind)))
    _, truth = standing_on(one)
    np.testing.assert_array_equal(lesson(one, truth), lesson(both, truth))


def test_a_hole_in_sight_changes_the_label() -> None:
    flat = np.zeros((401, 401))
    hole = flat.copy()
    hole[:, 209:] = -0.5  # from 0.45 m ahead on
    whole, broken = (Terrain("field", 0, 20.0, heights) for heights in (flat, hole))
    _, truth = standing_on(whole)
    assert np.abs(lesson(whole, truth)[3] - lesson(broken, truth)[3]).max() > 0.01


@pytest.mark.parametrize("seed", range(3))
def test_what_is_seen_is_what_a_camera_measures(seed: int) -> None:
    """A seen point lies at the depth that the ray caster finds in its direction."""
    terrain = make_terrain("mixed", seed)
    simulation, truth = standing_on(terrain)
    depth = RayRenderer(ROBOT, terrain).render(simulation.data.qpos, 0, 64, 64)
    seen = Sight(ROBOT, terrain, FAN).look(truth, 0)
    assert 0.1 < np.isfinite(seen).mean() < 0.9
    assert np.isfinite(depth).any()
    nearest_seen = np.hypot(FAN.x, FAN.y)[np.isfinite(seen)].min()
    assert nearest_seen < 0.6


def test_the_label_depends_on_the_cameras_that_are_left() -> None:
    terrain = make_terrain("flat", 0)
    _, truth = standing_on(terrain)
    teacher = Teacher(ROBOT, 200, terrain)
    teacher.look(truth)
    speeds = teacher.lesson(truth, COMMAND, (0.0, 0.0)).velocities[:, :2]
    none, left, right, both = np.hypot(speeds[:, 0], speeds[:, 1])
    assert none < 0.01
    assert 0.1 < left < both
    assert 0.1 < right < both
    assert len(CAMERAS) == 4
