"""Messages as a robot that stands still would send them: what hostile ones are made of."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from geometry_msgs.msg import Twist, TwistStamped
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState, Joy
from std_msgs.msg import Bool, Float64MultiArray, Int64MultiArray, String

from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ColorSample, DepthSample, Source
from ballbot_fusion.nodes.conversion import stamp
from ballbot_fusion.nodes.lockstep import Manifest
from ballbot_fusion.nodes.sensor_messages import camera_info_message, image_message

PIXELS = 64
NOISE = 1e-4
"""Of the gyro, rad/s: a real one never says the same twice."""


class Robot:
    """Makes messages; everything that it says differs a little from what it said before."""

    def __init__(self, robot: RobotConfig) -> None:
        """Stand for ``robot``."""
        self.robot = robot
        self._count = 0

    def message(self, topic: str, kind: Any, stamp_ns: int) -> Any:
        """Return a message of ``topic`` at a time of ROS; an empty one of a type not known here."""
        self._count += 1
        make = MAKERS.get(kind)
        return kind() if make is None else make(self, topic, stamp_ns)

    @property
    def _flicker(self) -> float:
        return NOISE * (self._count % 97 - 48) / 48.0

    def imu(self, _: str, stamp_ns: int) -> Imu:
        """Upright and at rest."""
        message = Imu()
        message.header.stamp, message.header.frame_id = stamp(stamp_ns), self.robot.imu.frame_id
        message.angular_velocity.x = self._flicker
        message.linear_acceleration.z = GRAVITY
        return message

    def joints(self, topic: str, stamp_ns: int) -> JointState:
        """Wheels at rest; or torques, small and never the same."""
        message = JointState(name=list(self.robot.joint_names))
        message.header.stamp = stamp(stamp_ns)
        if topic.endswith("joint_states"):
            message.velocity = [0.0, 0.0, 0.0]
        else:
            message.effort = [self._flicker] * 3
        return message

    def image(self, topic: str, stamp_ns: int) -> Image:
        """A flat wall, 0.9 m ahead, with a pixel that flickers."""
        source = Source.CAMERA_1 if "camera_1" in topic else Source.CAMERA_0
        frame = self.robot.cameras[source - Source.CAMERA_0].frame_id
        if "color" in topic:
            picture = np.full((PIXELS, PIXELS, 3), 90, np.uint8)
            picture[0, 0] = self._count % 97
            return image_message(ColorSample(source, 0, 0, picture, "rgb8", frame), stamp_ns)
        depth = np.full((PIXELS, PIXELS), 900, np.uint16)
        depth[0, 0] = 500 + self._count % 97
        return image_message(DepthSample(source, 0, 0, depth, "16UC1", frame), stamp_ns)

    def lens(self, topic: str, stamp_ns: int) -> CameraInfo:
        """The lens that the robot file has."""
        number = 1 if "camera_1" in topic else 0
        return camera_info_message(self.robot.cameras[number], PIXELS, PIXELS, stamp_ns)

    def twist(self, _: str, __: int) -> Twist:
        """Stand still."""
        return Twist()

    def stamped_twist(self, _: str, stamp_ns: int) -> TwistStamped:
        """Stand still, with a stamp."""
        message = TwistStamped()
        message.header.stamp = stamp(stamp_ns)
        return message

    def words(self, topic: str, _: int) -> String:
        """What is said on a topic."""
        said = {"state": "ARMED", "ready": "cameras", "instruction": "go forward slowly"}
        return String(data=said.get(topic.rpartition("/")[2], "hello"))

    def button(self, _: str, __: int) -> Bool:
        """Not pressed."""
        return Bool(data=False)

    def gamepad(self, _: str, stamp_ns: int) -> Joy:
        """No button pressed, no stick moved."""
        message = Joy(axes=[0.0] * 8, buttons=[0] * 11)
        message.header.stamp = stamp(stamp_ns)
        return message

    def numbers(self, _: str, stamp_ns: int) -> Float64MultiArray:
        """A snapshot for the cameras."""
        seconds, nanos = divmod(stamp_ns, 1_000_000_000)
        pose = [0.0, 0.0, 0.3, 1.0, 0.0, 0.0, 0.0]
        return Float64MultiArray(data=[float(self._count), float(seconds), float(nanos), *pose])

    def whole_numbers(self, topic: str, stamp_ns: int) -> Int64MultiArray:
        """A manifest that asks for nothing, a reply, or the cameras' report that no fault acts."""
        if topic.endswith("reply"):
            return Int64MultiArray(data=[1, 1])
        if topic.endswith("camera_faults"):
            return Int64MultiArray(data=[stamp_ns, 0, 0])
        return Manifest(self._count, stamp_ns % 1_000_000_000, (0, 0, 0, 0, 0)).to_message()

    def diagnostics(self, _: str, stamp_ns: int) -> DiagnosticArray:
        """The bridge says that it holds the robot."""
        values = [KeyValue(key="upright_s", value="1.5"), KeyValue(key="held", value="True")]
        status = DiagnosticStatus(name="/mujoco_bridge: state", message="held", values=values)
        message = DiagnosticArray(status=[status])
        message.header.stamp = stamp(stamp_ns)
        return message


MAKERS: Mapping[Any, Callable[[Robot, str, int], Any]] = {
    Imu: Robot.imu,
    JointState: Robot.joints,
    Image: Robot.image,
    CameraInfo: Robot.lens,
    Twist: Robot.twist,
    TwistStamped: Robot.stamped_twist,
    String: Robot.words,
    Bool: Robot.button,
    Joy: Robot.gamepad,
    Float64MultiArray: Robot.numbers,
    Int64MultiArray: Robot.whole_numbers,
    DiagnosticArray: Robot.diagnostics,
}
"""By type. A test holds that every type that a node subscribes to is here."""
