import subprocess
import sys
from math import radians, sin

import numpy as np
import pytest
from support.ray_reference import depth_by_mj_ray, poses

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.sensors.depth import SIGHT
from ballbot_fusion.simulation.terrain import Box, Cylinder, Terrain, make_terrain

ROBOT = RobotConfig()
FURNITURE = (
    Box((1.2, 0.6, 0.2), (0.3, 0.1, 0.2), yaw=0.7),
    Box((-1.0, -1.0, 0.5), (0.05, 1.5, 0.5), yaw=-0.3),
    Cylinder((0.8, -0.7, 0.4), 0.15, 0.4),
    Cylinder((-1.5, 1.0, 0.1), 0.5, 0.1),
)
PIT = np.zeros((21, 21))
PIT[8:12, 13:16] = -0.6
WORLDS = {
    "flat": make_terrain("flat", 0),
    "rough": make_terrain("rough", 4),
    "furniture": Terrain("furniture", 0, obstacles=FURNITURE),
    "pit": Terrain("pit", 0, 4.0, PIT, (Box((-0.9, 0.5, 0.1), (0.1, 0.1, 0.3)),)),
}
UPRIGHT = np.array([0.0, 0.0, 0.11, 1.0, 0, 0, 0, 1.0, 0, 0, 0])


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("camera", [0, 1])
def test_depth_is_that_of_mujocos_rays(name: str, camera: int) -> None:
    terrain = WORLDS[name]
    renderer = RayRenderer(ROBOT, terrain)
    limit = SIGHT * ROBOT.cameras[camera].max_range
    for qpos in poses(terrain, 4):
        depth = renderer.render(qpos, camera, 32, 32)
        expected = depth_by_mj_ray(ROBOT, terrain, qpos, camera, 32)
        expected[expected > limit] = np.inf
        seen = np.isfinite(depth) & np.isfinite(expected)
        # Edges may fall to either side of a pixel.
        assert np.mean(np.isfinite(depth) != np.isfinite(expected)) < 0.005
        errors = np.abs(depth[seen] - expected[seen])
        assert np.mean(errors > 0.02) < 0.005
        assert np.median(errors) < 1e-5


@pytest.mark.parametrize("camera", [0, 1])
def test_a_level_floor_has_the_analytic_depth_at_the_centre(camera: int) -> None:
    view = ROBOT.cameras[camera]
    expected = (0.11 + view.position[2]) / sin(radians(-view.pitch_deg))
    depth = RayRenderer(ROBOT, WORLDS["flat"]).render(UPRIGHT, camera, 65, 65)
    assert depth[32, 32] == pytest.approx(expected, abs=1e-6)


def test_depth_is_measured_along_the_optical_axis() -> None:
    """A wall square to the camera has one depth (REP 118), not one distance."""
    level = ROBOT.cameras[0].model_copy(update={"pitch_deg": 0.0, "yaw_deg": 0.0})
    robot = RobotConfig(cameras=(level, ROBOT.cameras[1]))
    wall = Terrain("wall", 0, obstacles=(Box((1.5, 0.0, 2.5), (0.1, 5.0, 2.5)),))
    depth = RayRenderer(robot, wall).render(UPRIGHT, 0, 64, 48)
    assert depth[:20] == pytest.approx(1.4 - level.position[0], abs=1e-6)


def test_images_are_upright_and_not_mirrored() -> None:
    pillar = Terrain("pillar", 0, obstacles=(Cylinder((0.7, 0.1, 0.2), 0.03, 0.2),))
    ahead = ROBOT.cameras[0].model_copy(update={"yaw_deg": 0.0, "position": (0.09, 0.0, 0.42)})
    robot = RobotConfig(cameras=(ahead, ROBOT.cameras[1]))
    bare = RayRenderer(robot, WORLDS["flat"]).render(UPRIGHT, 0, 64, 64)
    middle = bare[:, 32]
    assert np.isinf(middle[0])
    assert np.all(np.diff(middle[np.isfinite(middle)]) < 0.0)  # upper rows look farther
    changed = np.argwhere(RayRenderer(robot, pillar).render(UPRIGHT, 0, 64, 64) != bare)
    assert len(changed) > 20
    assert np.all(changed[:, 1] < 32)  # to the robot's left is left in the image


def test_it_sees_what_is_nearer_than_anything_it_measures() -> None:
    near = Terrain("near", 0, obstacles=(Box((0.3, 0.0, 0.5), (0.1, 1.0, 0.5)),))
    depth = RayRenderer(ROBOT, near).render(UPRIGHT, 0, 16, 16)
    assert depth.min() < 0.14


def test_each_size_shows_the_same_view() -> None:
    renderer = RayRenderer(ROBOT, WORLDS["rough"])
    qpos = poses(WORLDS["rough"], 1)[0]
    small, large = renderer.render(qpos, 0, 64, 64), renderer.render(qpos, 0, 192, 192)
    assert np.array_equal(small, large[1::3, 1::3])


_COLD = """
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering import rays
from ballbot_fusion.simulation.terrain import make_terrain
import numpy as np
renderer = rays.RayRenderer(RobotConfig(), make_terrain("pillars", 0))
compiled = len(rays._image.signatures)
renderer.render(np.array([0.0, 0, 0.11, 1, 0, 0, 0, 1, 0, 0, 0]), 1, 64, 48)
assert len(rays._image.signatures) == compiled == 1, compiled
"""


def test_the_first_frame_waits_for_no_compiler() -> None:
    """It did, for seconds: in lockstep long enough for the policy to be given up."""
    subprocess.run([sys.executable, "-c", _COLD], check=True)
