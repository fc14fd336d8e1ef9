"""Several robots in one world: each is its own master, and in the others' way."""

from collections.abc import Sequence
from math import hypot

import mujoco
import numpy as np
import pytest
from support.opengl import egl
from support.together import loop_of, loops_together, run_together

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ImuSample, JointSample, Sample
from ballbot_fusion.simulation.drivetrains import DRIVETRAINS
from ballbot_fusion.simulation.hand import LIFT, TURNS, Hand
from ballbot_fusion.simulation.model import STARTS
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import Box, Terrain, make_terrain
from ballbot_fusion.simulation.world import Part, World

ROBOT, FLAT = RobotConfig(), make_terrain("flat", 0)
REST = (0.0, 0.0, 0.0)


def robots_of(world: World) -> list[Simulation]:
    return [
        Simulation(ROBOT, world.terrain, seed=place, world=world, place=place)
        for place in range(world.robots)
    ]


def steps(robots: list[Simulation], count: int, *efforts: tuple[float, float, float]) -> None:
    for _ in range(count):
        for robot, effort in zip(robots, [*efforts, REST, REST, REST, REST], strict=False):
            robot.apply(effort)
        robots[0].world.advance()
        for robot in robots:
            robot.read()


@pytest.mark.parametrize("drivetrain", DRIVETRAINS)
@pytest.mark.parametrize("count", [1, 2, len(STARTS)])
def test_each_has_a_share_of_everything_and_all_shares_are_the_whole(
    drivetrain: str, count: int
) -> None:
    world = World(ROBOT, FLAT, drivetrain, robots=count)
    parts = [Part(world, place) for place in range(count)]
    for name in ("qpos", "qvel", "ctrl"):
        whole = getattr(world.data, name)
        whole[:] = np.arange(len(whole))
        shares = [getattr(part, name).tolist() for part in parts]
        assert [value for share in shares for value in share] == whole.tolist()
    model = world.model
    for part in parts:
        names = {model.geom(geom).name for geom in part.geoms} - {""}
        assert all(name.startswith(part.prefix) for name in names)
        first = int(model.joint(f"{part.prefix}base_joint").qposadr[0])
        assert part.qpos[0] == first
        assert not part.geoms & part.foreign
    assert sum(len(part.geoms) for part in parts) == sum(model.geom_bodyid > 0)


@pytest.mark.parametrize("count", [0, len(STARTS) + 1])
def test_a_world_has_room_for_a_few(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} robots.*expected 1 to {len(STARTS)}"):
        World(ROBOT, FLAT, robots=count)


@pytest.mark.parametrize("place", [-1, 2])
def test_there_is_no_place_beyond_the_last(place: int) -> None:
    with pytest.raises(ValueError, match=f"No robot {place} in a world of 2"):
        Part(World(ROBOT, FLAT, robots=2), place)


def test_they_stand_apart_on_every_ground() -> None:
    for name in ("flat", "edges", "pits", "pillars", "walls"):
        for seed in range(3):
            robots = robots_of(World(ROBOT, make_terrain(name, seed), robots=len(STARTS)))
            assert robots[0].data.ncon == 0
            for robot, (x, y) in zip(robots, STARTS, strict=True):
                assert robot.ground_truth().position[:2] == pytest.approx((x, y))
                assert robot.held


def test_efforts_pushes_and_samples_are_ones_own() -> None:
    robots = robots_of(World(ROBOT, FLAT, robots=2))
    for _ in range(200):
        robots[0].apply((0.05, -0.05, 0.05))
        robots[1].apply(REST)
        robots[0].world.advance()
        samples = [robot.read() for robot in robots]
    assert max(map(abs, robots[0].wheel_speeds)) > 1.0
    assert max(map(abs, robots[1].wheel_speeds)) < 0.1
    kinds = [{type(sample) for sample in found} for found in samples]
    assert kinds == [{ImuSample, JointSample}] * 2
    robots[1].release()
    robots[1].push((30.0, 0.0, 0.0), 0.1)
    steps(robots, 100)
    assert robots[1].ground_truth().velocity[0] > 0.1
    assert robots[0].held


def test_both_balance_for_as_long_as_they_do_alone() -> None:
    for found in run_together(loops_together("lqr", 2, 5), 5.0):
        assert found["upright_s"] == 5.0
        assert not found["fell"]
        assert found["policy_share"] == 1.0


def test_they_are_in_each_others_way() -> None:
    """One that leans against the other touches it, and both know."""
    robots = robots_of(World(ROBOT, FLAT, robots=2))
    for robot in robots:
        robot.release()
    assert not any(robot.touched for robot in robots)
    robots[0].push((0.0, 60.0, 0.0), 0.15)  # the second stands at its left
    steps(robots, 600)
    assert all(robot.touched for robot in robots)
    assert robots[0].ground_truth().position[1] < robots[1].ground_truth().position[1]


def test_one_is_reset_while_the_other_goes_on() -> None:
    robots = robots_of(World(ROBOT, FLAT, robots=2))
    for robot in robots:
        robot.release()
    steps(robots, 400)
    before = robots[1].state_bytes()
    robots[0].reset(0)
    assert robots[0].held
    assert robots[0].time_ns == 0
    assert robots[1].state_bytes() == before
    assert robots[1].time_ns == 400_000_000
    x, y, _ = robots[0].ground_truth().position
    assert (x, y) == pytest.approx(STARTS[0])


def test_nothing_drives_or_pushes_one_that_is_let_be_while_the_others_go_on() -> None:
    """Whatever its motors still had under way, or somebody who pushed it."""
    worn = SimulationSettings(motor_delay_s=0.01, motor_lag_s=0.02, motor_friction=0.01)
    world = World(ROBOT, FLAT, robots=2)
    robots = [
        Simulation(ROBOT, FLAT, seed=place, settings=worn, world=world, place=place)
        for place in range(2)
    ]
    robots[1].release()
    robots[1].push((5.0, 0.0, 0.0), 0.05)
    steps(robots, 20, REST, (0.1, 0.1, 0.1))
    robots[1].let_be()
    part = Part(world, 1)
    steps(robots[:1], 100)
    assert not part.ctrl.any()
    assert not world.data.xfrc_applied.any()


def test_a_hand_moves_the_stand_and_turns_the_wheels_of_its_own_robot() -> None:
    robots = robots_of(World(ROBOT, FLAT, robots=2))
    hand, places = Hand(robots[1]), robots[0].data.mocap_pos.copy()
    assert hand.begin(LIFT)
    for _ in range(500):
        steps(robots, 1, REST, hand.move())
    moved = np.abs(robots[0].data.mocap_pos - places).max(axis=1)
    assert moved[0] == 0.0
    assert moved[1] > 0.01
    assert hand.begin(TURNS[0])
    for _ in range(500):
        steps(robots, 1, REST, hand.move())
    assert max(map(abs, robots[1].wheel_speeds)) > 0.5
    assert max(map(abs, robots[0].wheel_speeds)) < 0.1


# --- seen by one another ---


class Among(Simulation):
    """The last robot of a world, in which the others stay on their stands."""

    others: list[Simulation]

    def step(self, effort: Sequence[float]) -> list[Sample]:
        self.apply(effort)
        steps(self.others, 1)
        return self.read()


def test_a_policy_that_sees_drives_round_a_robot_that_stands_in_its_way() -> None:
    world = World(ROBOT, FLAT, robots=len(STARTS))
    *others, _ = robots_of(world)
    driven = Among(ROBOT, FLAT, seed=3, world=world, place=len(others))
    driven.others = others
    loop = loop_of(driven, "default")
    loop.command = lambda _: (0.4, 0.0, 0.0)  # the first stands 0.6 m ahead of the last
    log = loop.run(6.0)
    assert not log.fell
    assert not driven.touched
    x, y, _ = driven.ground_truth().position
    assert hypot(x - STARTS[3][0], y - STARTS[3][1]) > 0.7, "further than it stood apart"


def snapshot_with_the_other_ahead(distance: float) -> np.ndarray:
    """(14,) poses: upright at the origin, the other one in the middle of camera 0's view."""
    yaw = np.radians(ROBOT.cameras[0].yaw_deg)
    height, upright = ROBOT.ball.radius, (1.0, 0.0, 0.0, 0.0)
    there = (distance * np.cos(yaw), distance * np.sin(yaw), height)
    return np.array([0.0, 0.0, height, *upright, *there, *upright])


def test_cameras_see_the_other_robot_and_not_their_own() -> None:
    poses = snapshot_with_the_other_ahead(0.8)
    alone = RayRenderer(ROBOT, FLAT).render(poses, 0, 64, 64)
    both = RayRenderer(ROBOT, FLAT, robots=2).render(poses, 0, 64, 64)
    nearer = both < alone - 0.05
    assert 0.03 < np.mean(nearer) < 0.5
    assert both[nearer].min() > 0.4


def test_rays_see_about_what_opengl_draws() -> None:
    """Which draws decks, wheels and caps, too: all within the hull's and ball's surroundings."""
    poses = snapshot_with_the_other_ahead(0.8)
    renderer = egl(FLAT, robots=2)
    drawn, bare = (r.render(poses, 0, 64, 64) for r in (renderer, RayRenderer(ROBOT, FLAT)))
    renderer.close()
    cast = RayRenderer(ROBOT, FLAT, robots=2).render(poses, 0, 64, 64)
    seen, expected = cast < bare - 0.05, drawn < bare - 0.05
    assert np.sum(seen & expected) > 0.8 * np.sum(expected)
    assert np.sum(seen & ~expected) < 0.1 * np.sum(expected)
    both = seen & expected
    assert np.median(np.abs(cast[both] - drawn[both])) < 0.02


def test_a_snapshot_begins_with_the_pose_of_the_robot_whose_cameras_look() -> None:
    robots = robots_of(World(ROBOT, FLAT, robots=3))
    snapshots = [robot.camera_snapshot_due() for robot in robots]
    while not all(snapshots):
        steps(robots, 1)
        snapshots = [robot.camera_snapshot_due() for robot in robots]
    for place, snapshot in enumerate(snapshots):
        assert snapshot is not None
        poses = snapshot.qpos.reshape(3, 7)
        others = [p for p in range(3) if p != place]
        starts = np.array([STARTS[p] for p in (place, *others)])
        assert poses[:, :2] == pytest.approx(starts, abs=1e-4)


def test_a_robot_counts_obstacles_and_robots_as_touched_but_not_the_ground() -> None:
    box = Terrain("box", 0, obstacles=(Box((0.4, 0.0, 0.5), (0.05, 0.3, 0.5)),))
    world = World(ROBOT, box, robots=2)
    model = world.model
    foreign = Part(world, 0).foreign
    assert int(model.geom("ground").id) not in foreign
    assert Part(world, 1).geoms <= foreign
    boxes = [g for g in range(model.ngeom) if model.geom_type[g] == mujoco.mjtGeom.mjGEOM_BOX]
    assert foreign.intersection(boxes)
