"""Driving: velocity commands on cmd_vel, 20 a second."""

import time
from collections.abc import Callable, Iterable

from geometry_msgs.msg import Twist
from rclpy.node import Node

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.operation.client import NobodyAnswersError, domain, settled
from ballbot_fusion.operation.steering import PERIOD_S, STILL


def twist(velocity: Vector) -> Twist:
    """Build a Twist of vx, vy [m/s], yaw rate [rad/s] in the heading frame."""
    message = Twist()
    message.linear.x, message.linear.y, message.angular.z = velocity
    return message


class Teleop:
    """Publishes on cmd_vel; whatever happens, its last word is to stand."""

    def __init__(self, node: Node, topic: str = "cmd_vel") -> None:
        """Look for somebody who listens, until nobody new begins to.

        What the robot hears before its recorder does could not be replayed.

        Raises:
            NobodyAnswersError: nobody subscribes to ``topic``.
        """
        self.sent = 0
        """Velocities sent, the closing zeros not counted."""
        self._publisher = node.create_publisher(Twist, topic, 1)
        if not settled(self._publisher.get_subscription_count):
            raise NobodyAnswersError(
                f"Nobody listens to {self._publisher.topic_name} on {domain()}. Is the launch "
                "running, on the same domain?"
            )

    def send(self, velocity: Vector) -> None:
        """Send one velocity: vx, vy [m/s], yaw rate [rad/s] in the heading frame."""
        self._publisher.publish(twist(velocity))

    def follow(
        self, velocities: Iterable[Vector], each: Callable[[Vector], None] = lambda _: None
    ) -> None:
        """Send one velocity every 50 ms until there are no more, then zero.

        Args:
            velocities: vx, vy [m/s], yaw rate [rad/s] in the heading frame.
            each: is told what was sent.
        """
        due = time.monotonic()
        try:
            for velocity in velocities:
                self.send(velocity)
                each(velocity)
                self.sent += 1
                due += PERIOD_S
                time.sleep(max(due - time.monotonic(), 0.0))
        finally:
            for _ in range(3):
                self.send(STILL)
                time.sleep(PERIOD_S)
