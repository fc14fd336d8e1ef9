"""/tf and /tf_static: where the robot is by its estimate, and where its sensors are on it.

tf2_msgs is no part of every installation: where it is missing, nothing of this is said.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from geometry_msgs.msg import TransformStamped
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSProfile, ReliabilityPolicy

from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.frames import Transform, moving_transforms, static_transforms
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.conversion import stamp

MOVING, STATIC = "tf", "tf_static"
"""Relative: in a namespace a robot has a tree of its own, with the frame names of its messages."""
MOST_HZ = 50.0
"""How often it is said where the robot is."""
LISTENED = QoSProfile(
    depth=100,
    history=HistoryPolicy.KEEP_LAST,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.VOLATILE,
)
"""As tf2_ros has it for /tf; for /tf_static it is qos.LATCHED."""


def tf_message() -> Any | None:
    """Return tf2_msgs/TFMessage; None where it is not installed."""
    try:
        return import_module("tf2_msgs.msg").TFMessage
    except ImportError:
        return None


def stamped(transforms: Iterable[Transform], stamp_ns: int) -> list[TransformStamped]:
    """Write transforms as messages of one time."""
    found = []
    for transform in transforms:
        message = TransformStamped(child_frame_id=transform.child)
        message.header.frame_id, message.header.stamp = transform.parent, stamp(stamp_ns)
        place, turned = message.transform.translation, message.transform.rotation
        place.x, place.y, place.z = transform.position
        turned.x, turned.y, turned.z, turned.w = transform.turned
        found.append(message)
    return found


class Transforms:
    """Publishes both for one node."""

    def __init__(self, node: Node, robot: RobotConfig, rate_hz: float) -> None:
        """Announce them, or say once that they cannot be.

        Args:
            node: who publishes.
            robot: whose frames they are.
            rate_hz: how often ``tick`` is called.
        """
        self._robot, self._every = robot, max(round(rate_hz / MOST_HZ), 1)
        self._kind = tf_message()
        self._ticks = 0
        if self._kind is None:
            node.get_logger().info(
                "tf2_msgs is not installed: no /tf and no /tf_static. Install it with ROS 2 "
                "(ros-$ROS_DISTRO-tf2-msgs) where somebody needs them."
            )
            return
        self._moving = qos.publisher(node, self._kind, MOVING, LISTENED)
        self._static = qos.publisher(node, self._kind, STATIC, qos.LATCHED)

    def begin(self, now_ns: int) -> None:
        """Say, for whoever comes, where the sensors are; ``now_ns`` is ROS time."""
        if self._kind is not None:
            self._static.publish(
                self._kind(transforms=stamped(static_transforms(self._robot), now_ns))
            )

    def tick(self, estimate: Estimate, stamp_ns: int) -> None:
        """Say where the robot was at ``stamp_ns``, when it is time to and somebody listens."""
        self._ticks += 1
        if self._kind is None or self._ticks % self._every or not stamp_ns:
            return
        if self._moving.get_subscription_count():
            moving = moving_transforms(self._robot, estimate)
            self._moving.publish(self._kind(transforms=stamped(moving, stamp_ns)))
