"""The robot as URDF: what RViz and robot_state_publisher take, from the file that the rest reads.

base_link sits at the ball's centre. Frames of sensors are named as their messages name them, and
are where core/frames.py has them.
"""

from math import cos, radians, sin
from xml.etree import ElementTree as Xml

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.frames import BASE, mounts
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector


def _text(values: Vector | NDArray[np.float64]) -> str:
    return " ".join(f"{float(value):.6g}" for value in values)


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
    for mount in mounts(robot):
        Xml.SubElement(root, "link", name=mount.child)
        ends = (mount.parent, mount.child)
        _joint(root, mount.joint, "fixed", ends, _text(mount.position), _text(mount.rpy))
    Xml.indent(root)
    return '<?xml version="1.0"?>\n' + Xml.tostring(root, encoding="unicode")
