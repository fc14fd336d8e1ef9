"""What nodes say of themselves: the newest /diagnostics of each, as text by key."""

import time
from collections.abc import Callable

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node

from ballbot_fusion.operation.client import until
from ballbot_fusion.operation.reported import BRIDGE

MOVING = 0.2
"""Speed of a robot that is driven, at least, m/s."""
Values = dict[str, dict[str, str]]
"""Key-value pairs by node name; ``message`` is the sentence."""


def drives(values: Values) -> bool:
    """Whether the policy drives a robot that stands by itself; KeyError: not heard of yet."""
    return values["safety"]["mode"] == "ARMED" and values[BRIDGE]["held"] == "False"


def moves(values: Values) -> bool:
    """Whether the robot is on its way; KeyError: not heard of yet."""
    return float(values[BRIDGE]["speed"]) > MOVING


class Diagnostics:
    """Listens to every node."""

    def __init__(self, node: Node) -> None:
        """Subscribe with ``node``."""
        self._node = node
        self.values: Values = {}
        self._heard = node.create_subscription(DiagnosticArray, "/diagnostics", self._hear, 100)

    def close(self) -> None:
        """Listen no longer."""
        self._node.destroy_subscription(self._heard)

    def _hear(self, message: DiagnosticArray) -> None:
        for status in message.status:
            name = status.name.split(":")[0].strip("/")
            values = {entry.key: entry.value for entry in status.values}
            self.values[name] = {**values, "message": status.message}

    def await_(self, condition: Callable[[Values], bool], seconds: float) -> bool:
        """Whether what the nodes say fulfils ``condition`` within ``seconds``.

        ``condition`` may look up what has not been heard of yet: that counts as not fulfilled.
        """

        def holds() -> bool:
            try:
                return condition(self.values)
            except KeyError:
                return False

        return bool(until(self._node, holds, seconds))

    def pass_time(self, seconds: float) -> None:
        """Listen for a while."""
        end = time.monotonic() + seconds
        until(self._node, lambda: time.monotonic() >= end, seconds + 1.0)
