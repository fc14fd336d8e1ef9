"""How long a graph takes from an IMU sample to a motor command, as its middleware stamps them."""

from collections.abc import Iterable

from rclpy.node import Node
from rclpy.qos import QoSProfile
from sensor_msgs.msg import Imu

from ballbot_fusion.nodes import qos, wire
from ballbot_fusion.nodes.intake import RawIntake
from ballbot_fusion.nodes.latency import LatencyMeter
from ballbot_fusion.operation.motor_commands import MotorCommand

EVERY = QoSProfile(depth=2000, reliability=qos.SENSOR.reliability, durability=qos.SENSOR.durability)
"""All between two looks."""


class CommandLatency:
    """Both ends are read from one clock, when they are sent: stamps may be a fault's."""

    def __init__(self, node: Node) -> None:
        """Subscribe with ``node``."""
        self._imu = RawIntake(node, Imu, "imu/data", EVERY)
        self._meter = LatencyMeter()

    def hear(self, commands: Iterable[MotorCommand]) -> None:
        """Take the samples that have come, and the commands that were made of them."""
        for taken in self._imu.take():
            self._meter.published(wire.imu_sample(taken.data, 0).stamp_ns, taken.sent_ns)
        for command in commands:
            self._meter.arrived(command.stamp_ns, command.sent_ns)

    def median_ms(self) -> float | None:
        """Return the median since it was asked last, ms; None without any command."""
        found = self._meter.percentiles_ms()
        self._meter.clear()
        return None if found is None else found[0]
