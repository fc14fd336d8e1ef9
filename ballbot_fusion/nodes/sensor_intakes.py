"""The inference node's ears: every stream it senses, as samples."""

import time

from geometry_msgs.msg import Twist, TwistStamped
from rclpy.node import Node
from sensor_msgs.msg import Image, Imu, JointState

from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.conversion import command_sample, depth_sample, imu_sample, joint_sample
from ballbot_fusion.nodes.intake import Intake

IMAGE_TOPICS = {
    Source.CAMERA_0: "camera_0/depth/image_rect_raw",
    Source.CAMERA_1: "camera_1/depth/image_rect_raw",
}


class SensorIntakes:
    """Subscriptions by source. Arrivals are the time at which ``take`` was called."""

    def __init__(self, node: Node, *, lockstep: bool, stamped_command: bool) -> None:
        """Subscribe everything that inference may sense; never the ground truth."""
        stream = qos.EVERYTHING if lockstep else qos.SENSOR
        image = qos.EVERYTHING if lockstep else qos.IMAGE
        command = qos.EVERYTHING if lockstep else qos.COMMAND
        self._now_ns = time.monotonic_ns()
        self.by_source: dict[Source, Intake[Sample]] = {
            Source.IMU: Intake(node, Imu, "imu/data", stream, self._imu),
            Source.ENCODERS: Intake(
                node, JointState, "joint_states", stream, self._joints(Source.ENCODERS)
            ),
            Source.MOTORS: Intake(
                node, JointState, "motor_commands", command, self._joints(Source.MOTORS)
            ),
            Source.COMMAND: Intake(
                node, TwistStamped if stamped_command else Twist, "cmd_vel", qos.COMMAND,
                self._stamped_command if stamped_command else self._command,
            ),
        }  # fmt: skip
        for source, topic in IMAGE_TOPICS.items():
            self.by_source[source] = Intake(node, Image, topic, image, self._depth(source))

    def _imu(self, message: Imu) -> Sample:
        return imu_sample(message, self._now_ns)

    def _joints(self, source: Source):  # type: ignore[no-untyped-def]
        return lambda message: joint_sample(message, self._now_ns, source)

    def _depth(self, source: Source):  # type: ignore[no-untyped-def]
        return lambda message: depth_sample(message, self._now_ns, source)

    def _command(self, message: Twist) -> Sample:
        return command_sample(message, self._now_ns)

    def _stamped_command(self, message: TwistStamped) -> Sample:
        return command_sample(message.twist, self._now_ns)

    def take(self, sources: tuple[Source, ...], now_ns: int) -> list[Sample]:
        """Return what arrived from ``sources`` until ``now_ns`` (steady)."""
        self._now_ns = now_ns
        return [sample for source in sources for sample in self.by_source[source].take()]

    def received(self, source: Source) -> int:
        """Messages received so far."""
        return self.by_source[source].received
