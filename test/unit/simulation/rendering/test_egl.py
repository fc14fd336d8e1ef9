"""OpenGL sees what the rays see. Skipped, by name, where there is no OpenGL."""

from math import radians, sin

import mujoco
import numpy as np
import pytest
from support.opengl import egl
from support.ray_reference import poses

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.model import build_model
from ballbot_fusion.simulation.rendering.egl import EglRenderer, open_renderer
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.rendering.renderer import RendererError
from ballbot_fusion.simulation.sensors.depth import SIGHT
from ballbot_fusion.simulation.terrain import TERRAINS, Box, Cylinder, Terrain, make_terrain

ROBOT = RobotConfig()
UPRIGHT = np.array([0.0, 0.0, 0.11, 1.0, 0, 0, 0, 1.0, 0, 0, 0])
FURNITURE = (Box((0.9, 0.5, 0.2), (0.2, 0.1, 0.2), yaw=0.7), Cylinder((0.8, -0.7, 0.4), 0.15, 0.4))
WORLDS = {
    **{name: make_terrain(name, 4) for name in TERRAINS},
    "furniture": Terrain("furniture", 0, obstacles=FURNITURE),
    # Nearer than 5 cm is invalid, all beyond must be seen: also on a large height field.
    "near wall": Terrain(
        "near wall", 0, 20.0, np.zeros((201, 201)), (Box((0.24, 0.0, 0.5), (0.1, 1.0, 0.5)),)
    ),
}


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("size", [(64, 64), (160, 120)])
def test_pixels_agree_with_the_rays(name: str, size: tuple[int, int]) -> None:
    terrain = WORLDS[name]
    renderer, rays = egl(terrain), RayRenderer(ROBOT, terrain)
    limit = SIGHT * ROBOT.cameras[0].max_range
    start = UPRIGHT.copy()
    start[2] += terrain.height_at(0.0, 0.0)
    for qpos in (start, *poses(terrain, 3)):
        for camera in (0, 1):
            seen = renderer.render(qpos, camera, *size)
            seen[seen > limit] = np.inf
            cast = rays.render(qpos, camera, *size)
            both = np.isfinite(seen) & np.isfinite(cast)
            errors = np.abs(seen[both] - cast[both])
            assert np.mean(np.isfinite(seen) != np.isfinite(cast)) < 0.005
            assert np.mean(errors > 0.02) < 0.005
            assert np.median(errors) < 0.005
    renderer.close()


def test_only_the_pose_of_the_base_counts() -> None:
    """Other drivetrains have longer qpos; wheels and ball are not seen."""
    renderer = egl(WORLDS["furniture"])
    longer = np.concatenate([UPRIGHT[:7], np.full(40, 0.3)])
    seen, expected = (renderer.render(qpos, 0, 32, 32) for qpos in (longer, UPRIGHT))
    assert np.array_equal(seen, expected)
    renderer.close()


def test_a_level_floor_has_the_analytic_depth_at_the_centre() -> None:
    view = ROBOT.cameras[0]
    renderer = egl(WORLDS["flat"])
    depth = renderer.render(UPRIGHT, 0, 65, 65)[32, 32]
    renderer.close()
    expected = (0.11 + view.position[2]) / sin(radians(-view.pitch_deg))
    assert depth == pytest.approx(expected, abs=1e-4)


def test_the_robot_is_not_in_its_own_view() -> None:
    """With everything drawn, no pixel beyond the housing shows a part of the robot."""
    egl(WORLDS["flat"]).close()
    model = build_model(ROBOT, WORLDS["flat"])
    data = mujoco.MjData(model)
    data.qpos[:] = UPRIGHT
    mujoco.mj_forward(model, data)
    renderer = open_renderer(model, 128, 128)
    renderer.enable_segmentation_rendering()
    ground = model.geom("ground").id
    for camera in (0, 1):
        renderer.update_scene(data, camera=camera)
        ids = renderer.render()[..., 0]
        assert ground in ids
        assert set(np.unique(ids)) <= {-1, ground}
    renderer.close()


def test_a_picture_larger_than_the_frame_buffer_is_refused() -> None:
    with pytest.raises(ValueError, match=r"5000 x 64.*smaller"):
        open_renderer(build_model(ROBOT, WORLDS["flat"]), 5000, 64)


def test_without_gl_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ImportError("libEGL.so.1: cannot open shared object file")

    monkeypatch.setattr(mujoco, "Renderer", broken)
    with pytest.raises(RendererError, match=r"libEGL.so.1.*libegl1.*'rays'"):
        EglRenderer(ROBOT, WORLDS["flat"])
