"""Depth of cameras that sit and see otherwise, brought to what the policy was trained with."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.streams import ROBOT

from ballbot_fusion.core import depth
from ballbot_fusion.core.checks import check_depth
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import Camera
from ballbot_fusion.core.robot_drivers import View
from ballbot_fusion.core.samples import DepthSample, Intrinsics, Source
from ballbot_fusion.core.viewpoint import axes, ideal, seen_from
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import CameraSnapshot
from ballbot_fusion.simulation.terrain import make_terrain

SHAPE = (1, 64, 64)
TRAINED = ROBOT.cameras[0]
VIEW = View(yaw_deg=TRAINED.yaw_deg, pitch_deg=TRAINED.pitch_deg, fov_deg=TRAINED.fov_deg)


def taken(camera: Camera, size: tuple[int, int]) -> DepthSample:
    """What a perfect camera at ``camera``'s pose takes of rough ground."""
    robot = ROBOT.model_copy(update={"cameras": (camera, ROBOT.cameras[1])})
    terrain = make_terrain("rough", 3)
    renderer = RayRenderer(robot, terrain)
    cameras = Cameras(robot, renderer, seed=0, settings=SimulationSettings(noise=False), size=size)
    qpos = np.array([0.0, 0.0, 0.2, 1.0, 0.0, 0.0, 0.0])
    frame = cameras.render(CameraSnapshot(0, 0, qpos))[0]
    assert isinstance(frame, DepthSample)
    return frame


def mounted(**changes: object) -> Camera:
    return TRAINED.model_copy(update={"view": VIEW, **changes})


@pytest.mark.parametrize("size", [(424, 240), (640, 480), (848, 480), (1280, 720)])
def test_a_camera_mounted_askew_shows_what_the_trained_one_does(size):
    wanted = depth.normalised(taken(TRAINED, (64, 64)).image, SHAPE, TRAINED.max_range)
    camera = mounted(yaw_deg=24.0, pitch_deg=-33.0, roll_deg=8.0, fov_deg=110.0)
    found = seen_from(camera, VIEW, taken(camera, size), SHAPE)
    both = (wanted > 0.0) & (found > 0.0)
    # Near the horizon both cameras measure nothing.
    assert both.sum() > 0.97 * (wanted > 0.0).sum() > 3000
    error = np.abs(wanted - found)[both]
    assert np.median(error) < 0.004
    assert np.percentile(error, 95) < 0.05  # edges of the ground, seen by another pixel


@pytest.mark.parametrize("roll_deg", [90.0, 180.0, -90.0])
def test_a_camera_on_its_side_or_head(roll_deg):
    wanted = depth.normalised(taken(TRAINED, (64, 64)).image, SHAPE, TRAINED.max_range)
    camera = mounted(roll_deg=roll_deg)
    found = seen_from(camera, VIEW, taken(camera, (64, 64)), SHAPE)
    assert np.abs(wanted - found).mean() < 0.002


def test_the_same_camera_is_left_alone():
    sample = taken(TRAINED, (64, 64))
    found = seen_from(mounted(), VIEW, sample, SHAPE)
    assert (found == depth.normalised(sample.image, SHAPE, TRAINED.max_range)).all()


def test_what_a_narrow_camera_does_not_see_is_invalid():
    camera = mounted(fov_deg=50.0)
    found = seen_from(camera, VIEW, taken(camera, (64, 64)), SHAPE)[0]
    assert (found[0] == depth.INVALID).all()
    assert found[32, 32] > 0.0


def test_intrinsics_go_before_the_field_of_view():
    wide = mounted(fov_deg=100.0)
    sample = taken(wide, (424, 240))
    told = replace(sample, intrinsics=ideal(100.0, 424, 240))
    mistaken = mounted(fov_deg=70.0, intrinsics="camera_info")
    right = seen_from(wide, VIEW, sample, SHAPE)
    assert (seen_from(mistaken, VIEW, told, SHAPE) == right).all()
    assert not (seen_from(mistaken, VIEW, sample, SHAPE) == right).all()


numbers = st.one_of(st.floats(), st.floats(-1e4, 1e4), st.just(0.0))


@settings(max_examples=100)
@given(st.tuples(numbers, numbers, numbers, numbers))
def test_any_camera_info_is_refused_or_used(values):
    camera = mounted(intrinsics="camera_info")
    image = np.full((64, 64), 900, np.uint16)
    lens = Intrinsics(64, 64, *values)
    sample = DepthSample(Source.CAMERA_0, 0, 0, image, "16UC1", camera.frame_id, lens)
    if check_depth(sample, camera) is Reason.OK:
        seen = seen_from(camera, VIEW, sample, SHAPE)
        assert ((seen >= 0.0) & (seen <= 1.0)).all()


@pytest.mark.parametrize("lens", [None, ideal(80.0, 32, 64), ideal(80.0, 64, 64)._replace(fx=0.0)])
def test_an_image_without_a_fitting_camera_info_is_refused(lens):
    camera = mounted(intrinsics="camera_info")
    sample = replace(taken(TRAINED, (64, 64)), intrinsics=lens)
    assert check_depth(sample, camera) is Reason.NO_INTRINSICS
    good = replace(sample, intrinsics=ideal(80.0, 64, 64))
    assert check_depth(good, camera) is Reason.OK


def test_intrinsics_count_as_content():
    image = np.ones((8, 8), np.uint16)
    plain = DepthSample(Source.CAMERA_0, 0, 0, image)
    one, other = (replace(plain, intrinsics=ideal(fov, 8, 8)) for fov in (60.0, 70.0))
    assert len({plain.content_hash, one.content_hash, other.content_hash}) == 3


def test_steps_of_another_size():
    image = np.full((64, 64), 4000, np.uint16)
    fine = depth.normalised(image, SHAPE, 2.0, 0.00025)
    assert np.allclose(fine, 0.5)


angles = st.floats(-180.0, 180.0)


@settings(max_examples=30)
@given(angles, st.floats(-89.0, 89.0), angles)
def test_an_optical_frame_is_a_rotation(yaw, pitch, roll):
    found = axes(yaw, pitch, roll)
    assert np.allclose(found.T @ found, np.eye(3))
    assert np.linalg.det(found) == pytest.approx(1.0)
