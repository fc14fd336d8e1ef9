"""The robot as URDF: what RViz and robot_state_publisher take, from the file that the rest reads.

base_link sits at the ball's centre. Frames of sensors are named as their messages name them; a
camera has two, its link (x forward) and its optical frame (z forward, REP 103).
"""

from math import atan2, cos, radians, sin, sqrt
from xml.etree import ElementTree as Xml

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.viewpoint import axes

BASE = "base_link"


def _text(values: Vector | NDArray[np.float64]) -> str:
    return " ".join(f"{float(value):.6g}" for value in values)


def rpy_of(matrix: NDArray[np.float64]) -> Vector:
    """Roll, pitch and yaw (fixed axes, rad) of a rotation matrix (3, 3)."""
    level = sqrt(matrix[0, 0] ** 2 + matrix[1, 0] ** 2)
    pitch = atan2(-matrix[2, 0], level)
    if level < 1e-9:  # straight up or down: roll and yaw turn about the same axis
        return atan2(-matrix[1, 2], matrix[1, 1]), pitch, 0.0
    return atan2(matrix[2, 1], matrix[2, 2]), pitch, atan2(matrix[1, 0], matrix[0, 0])


def _joint(
    robot: Xml.Element, name: str, kind: str, ends: tuple[str, str], xyz: str, rpy: str = "0 0 0"
) -> Xml.Element:
    joint = Xml.SubElement(robot, "joint", name=name, type=kind)
    Xml.SubElement(joint, "parent", link=ends[0])
    Xml.SubElement(joint, "child", link=ends[1])
    Xml.SubElement(joint, "origin", xyz=xyz, rpy=rpy)
    return joint


def _shape(link: Xml.Element, kind: str, xyz: str, rpy: str = "0 0 0", **size: float) -> None:
    visual = Xml.SubElement(link, "visual")
    Xml.SubElement(visual, "origin", xyz=xyz, rpy=rpy)
    geometry = Xml.SubElement(visual, "geometry")
    Xml.SubElement(geometry, kind, {key: f"{value:.6g}" for key, value in size.items()})


def _body(root: Xml.Element, robot: RobotConfig) -> None:
    base, ball = robot.base, robot.ball
    link = Xml.SubElement(root, "link", name=BASE)
    inertial = Xml.SubElement(link, "inertial")
    centre = (*base.com_offset, base.com_height)
    Xml.SubElement(inertial, "origin", xyz=_text(centre), rpy="0 0 0")
    Xml.SubElement(inertial, "mass", value=f"{base.mass:.6g}")
    moments = dict(zip(("ixx", "iyy", "izz"), (f"{i:.6g}" for i in base.inertia), strict=True))
    Xml.SubElement(inertial, "inertia", {**moments, "ixy": "0", "ixz": "0", "iyz": "0"})
    middle = 0.5 * (base.height + ball.radius)
    length = base.height - ball.radius
    _shape(link, "cylinder", f"0 0 {middle:.6g}", radius=base.radius, length=length)
    _shape(link, "sphere", "0 0 0", radius=ball.radius)


def _wheels(root: Xml.Element, robot: RobotConfig) -> None:
    reach, zenith = robot.ball.radius + robot.wheels.radius, radians(robot.wheels.zenith_deg)
    for name, azimuth in zip(robot.driver_names, robot.wheels.azimuth_deg, strict=True):
        b = radians(azimuth)
        centre = (reach * sin(zenith) * cos(b), reach * sin(zenith) * sin(b), reach * cos(zenith))
        # As core/kinematics.py has it: positive turns the ball about this axis.
        axis = (-cos(zenith) * cos(b), -cos(zenith) * sin(b), sin(zenith))
        link = Xml.SubElement(root, "link", name=f"{name}_link")
        turned = f"0 {zenith:.6g} {b:.6g}"
        _shape(link, "sphere", "0 0 0", turned, radius=robot.wheels.radius)
        joint = _joint(root, name, "continuous", (BASE, f"{name}_link"), _text(centre))
        Xml.SubElement(joint, "axis", xyz=_text(axis))


def urdf(robot: RobotConfig) -> str:
    """Describe ``robot``: body, wheels, IMU and cameras, with the frames of their messages."""
    root = Xml.Element("robot", name=robot.name)
    _body(root, robot)
    _wheels(root, robot)
    imu = robot.imu
    Xml.SubElement(root, "link", name=imu.frame_id)
    turned = _text(np.radians(imu.rpy_deg))
    _joint(root, "imu_joint", "fixed", (BASE, imu.frame_id), _text(imu.position), turned)
    for number, camera in enumerate(robot.cameras):
        optical = axes(camera.yaw_deg, camera.pitch_deg, camera.roll_deg)
        right, down, forward = optical.T
        link, ends = f"camera_{number}_link", (f"camera_{number}_link", camera.frame_id)
        pose = _text(rpy_of(np.column_stack([forward, -right, -down])))
        for name in ends:
            Xml.SubElement(root, "link", name=name)
        _joint(root, f"camera_{number}_joint", "fixed", (BASE, link), _text(camera.position), pose)
        seen = _text(rpy_of(np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])))
        _joint(root, f"camera_{number}_optical_joint", "fixed", ends, "0 0 0", seen)
    Xml.indent(root)
    return '<?xml version="1.0"?>\n' + Xml.tostring(root, encoding="unicode")


def matrix_of(rpy: Vector) -> NDArray[np.float64]:
    """Rotation matrix (3, 3) of roll, pitch and yaw (fixed axes, rad)."""
    q = rotation.from_rpy(*rpy)
    columns = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    return np.array([rotation.rotate(q, column) for column in columns]).T
