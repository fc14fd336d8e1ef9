"""The URDF says what the robot file says."""

from pathlib import Path
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core.frames import matrix_of, rpy_of
from ballbot_fusion.core.kinematics import wheel_matrix
from ballbot_fusion.core.robot import RobotConfig, load_robot
from ballbot_fusion.core.urdf import urdf
from ballbot_fusion.core.viewpoint import axes

OWNERS = load_robot(str(Path(__file__).parents[3] / "config" / "hardware" / "robot.yaml"))
angles = st.floats(-3.1, 3.1)


def numbers(text: str) -> tuple[float, ...]:
    return tuple(map(float, text.split()))


def pose_of(root: Xml.Element, frame: str) -> tuple[np.ndarray, np.ndarray]:
    """Rotation and position of a frame in base_link, joint by joint."""
    if frame == "base_link":
        return np.eye(3), np.zeros(3)
    (joint,) = (j for j in root.iter("joint") if j.find("child").get("link") == frame)
    turned, place = pose_of(root, joint.find("parent").get("link"))
    origin = joint.find("origin")
    own = matrix_of(numbers(origin.get("rpy")))
    return turned @ own, place + turned @ np.array(numbers(origin.get("xyz")))


@pytest.mark.parametrize("robot", [RobotConfig(), OWNERS])
def test_sensors_are_where_the_robot_file_has_them(robot):
    root = Xml.fromstring(urdf(robot))
    turned, place = pose_of(root, robot.imu.frame_id)
    assert place == pytest.approx(robot.imu.position)
    assert turned == pytest.approx(matrix_of(tuple(np.radians(robot.imu.rpy_deg))), abs=1e-5)
    for camera in robot.cameras:
        turned, place = pose_of(root, camera.frame_id)
        assert place == pytest.approx(camera.position)
        optical = axes(camera.yaw_deg, camera.pitch_deg, camera.roll_deg)
        assert turned == pytest.approx(optical, abs=1e-5)


@pytest.mark.parametrize("robot", [RobotConfig(), OWNERS])
def test_it_is_one_tree_with_the_drivers_joints(robot):
    root = Xml.fromstring(urdf(robot))
    links = [link.get("name") for link in root.iter("link")]
    children = [joint.find("child").get("link") for joint in root.iter("joint")]
    assert sorted([*children, "base_link"]) == sorted(links)
    wheels = [joint for joint in root.iter("joint") if joint.get("type") == "continuous"]
    assert tuple(joint.get("name") for joint in wheels) == robot.driver_names
    found = np.array([numbers(joint.find("axis").get("xyz")) for joint in wheels])
    scale = robot.ball.radius / robot.wheels.radius
    assert found * scale == pytest.approx(wheel_matrix(robot), abs=1e-4)


@given(angles, angles, angles)
def test_angles_come_back_as_the_same_rotation(roll, pitch, yaw):
    matrix = matrix_of((roll, pitch, yaw))
    assert matrix_of(rpy_of(matrix)) == pytest.approx(matrix, abs=1e-6)
