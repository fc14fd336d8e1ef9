"""Frames: of sensors where the robot file has them, of the robot where the estimate is."""

from math import cos, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core import rotation
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.frames import (
    Transform,
    matrix_of,
    mounts,
    moving_transforms,
    static_transforms,
)
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.viewpoint import axes

ROBOT = RobotConfig()
places = st.floats(-50.0, 50.0)
tilts = st.floats(-1.0, 1.0)
headings = st.floats(-3.1, 3.1)


def composed(first: Transform, second: Transform) -> Transform:
    """The child of ``second`` in the parent of ``first``."""
    assert first.child == second.parent
    shifted = rotation.rotate(first.turned, second.position)
    x, y, z = (a + b for a, b in zip(first.position, shifted, strict=True))
    turned = rotation.multiply(first.turned, second.turned)
    return Transform(first.parent, second.child, (x, y, z), turned)


def matrix(transform: Transform) -> np.ndarray:
    return np.array([rotation.rotate(transform.turned, column) for column in np.eye(3)]).T


@given(
    st.tuples(*[st.floats(-179.0, 179.0)] * 3),
    st.floats(-179.0, 179.0), st.floats(-89.0, 89.0), st.floats(-179.0, 179.0),
)  # fmt: skip
def test_sensors_are_where_the_robot_file_has_them(rpy_deg, yaw_deg, pitch_deg, roll_deg) -> None:
    pose = {"yaw_deg": yaw_deg, "pitch_deg": pitch_deg, "roll_deg": roll_deg}
    camera = ROBOT.cameras[0].model_copy(update=pose)
    imu = ROBOT.imu.model_copy(update={"rpy_deg": rpy_deg})
    robot = ROBOT.model_copy(update={"imu": imu, "cameras": (camera, ROBOT.cameras[1])})
    of_imu, link, optical, *others = static_transforms(robot)
    assert (of_imu.parent, of_imu.child) == ("base_link", imu.frame_id)
    assert of_imu.position == imu.position
    assert matrix(of_imu) == pytest.approx(matrix_of(tuple(np.radians(rpy_deg))), abs=1e-9)
    seen = composed(link, optical)
    assert (seen.parent, seen.child) == ("base_link", camera.frame_id)
    assert seen.position == pytest.approx(camera.position)
    assert matrix(seen) == pytest.approx(axes(yaw_deg, pitch_deg, roll_deg), abs=1e-9)
    # Along the link's x the camera looks, and its image's right is the link's -y.
    assert matrix(link)[:, 0] == pytest.approx(matrix(seen)[:, 2], abs=1e-9)
    assert matrix(link)[:, 1] == pytest.approx(-matrix(seen)[:, 0], abs=1e-9)
    assert [other.child for other in others] == ["camera_1_link", ROBOT.cameras[1].frame_id]


def test_a_sensor_that_says_base_link_has_no_frame_of_its_own() -> None:
    imu = ROBOT.imu.model_copy(update={"frame_id": "base_link"})
    found = mounts(ROBOT.model_copy(update={"imu": imu}))
    assert all(mount.child != "base_link" for mount in found)
    assert len(found) == len(mounts(ROBOT)) - 1


@given(places, places, headings, tilts, tilts)
def test_the_robot_is_where_the_estimate_has_it(x, y, yaw, lean_x, lean_y) -> None:
    tilt = rotation.without_yaw(rotation.from_rotation_vector((lean_x, lean_y, 0.0)))
    attitude = rotation.multiply(rotation.about_z(yaw), tilt)
    estimate = Estimate(attitude=attitude, position=(x, y, 0.0))
    footprint, base = moving_transforms(ROBOT, estimate)
    assert (footprint.parent, footprint.child) == ("odom", "base_footprint")
    assert footprint.position == (x, y, 0.0)
    level = matrix(footprint)
    assert level == pytest.approx(
        np.array([[cos(yaw), -sin(yaw), 0.0], [sin(yaw), cos(yaw), 0.0], [0.0, 0.0, 1.0]]), abs=1e-9
    )
    whole = composed(footprint, base)
    assert (whole.parent, whole.child) == ("odom", "base_link")
    assert whole.position == pytest.approx((x, y, ROBOT.ball.radius))
    assert matrix(whole) == pytest.approx(
        matrix(Transform("odom", "base_link", (0.0, 0.0, 0.0), attitude)), abs=1e-9
    )
