"""Every motor command of a graph, as its driver gets it, and when it was sent."""

from typing import NamedTuple

from rclpy.node import Node
from rclpy.qos import QoSProfile
from sensor_msgs.msg import JointState

from ballbot_fusion.core.samples import Source
from ballbot_fusion.nodes import qos, wire
from ballbot_fusion.nodes.intake import RawIntake

EVERY = QoSProfile(
    depth=1000, reliability=qos.COMMAND.reliability, durability=qos.COMMAND.durability
)
"""All between two looks: the driver's keeps the newest alone."""


class MotorCommand(NamedTuple):
    """One command; times in ns of the system's clock."""

    sent_ns: int
    stamp_ns: int
    """Of the IMU sample that it answers to."""
    effort: tuple[float, ...]
    """N m."""


class MotorCommands:
    """Hears all of them; nothing is lost while it is asked every few seconds."""

    def __init__(self, node: Node) -> None:
        """Subscribe with ``node``."""
        self._intake = RawIntake(node, JointState, "motor_commands", EVERY)

    def take(self) -> list[MotorCommand]:
        """Return those that have come since the last time, oldest first."""
        found = []
        for taken in self._intake.take():
            sample = wire.joint_sample(taken.data, 0, Source.MOTORS)
            found.append(MotorCommand(taken.sent_ns, sample.stamp_ns, tuple(sample.effort)))
        return found
