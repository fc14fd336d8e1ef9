"""Driving: velocity commands on cmd_vel, from keys or for a set time."""

import time
from collections.abc import Callable, Iterable, Iterator

from geometry_msgs.msg import Twist
from rclpy.node import Node

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.operation.client import NobodyAnswersError, domain, until

PERIOD_S = 0.05
"""20 Hz."""
RELEASED_S = 0.5
"""Without a key for this long the robot is told to stand, s."""
STILL: Vector = (0.0, 0.0, 0.0)
KEYS: dict[str, Vector] = {
    "w": (1.0, 0.0, 0.0),
    "s": (-1.0, 0.0, 0.0),
    "a": (0.0, 0.0, 1.0),
    "d": (0.0, 0.0, -1.0),
    "z": (0.0, 1.0, 0.0),
    "c": (0.0, -1.0, 0.0),
    "\x1b[A": (1.0, 0.0, 0.0),
    "\x1b[B": (-1.0, 0.0, 0.0),
    "\x1b[D": (0.0, 0.0, 1.0),
    "\x1b[C": (0.0, 0.0, -1.0),
    " ": STILL,
}
"""Share of forward, sideways (left) and turning (left) speed by key."""
QUIT = ("q", "\x1b", "\x03", "\x04")
"""q, escape, Ctrl-C, Ctrl-D."""


def twist(velocity: Vector) -> Twist:
    """Build a Twist of vx, vy [m/s], yaw rate [rad/s] in the heading frame."""
    message = Twist()
    message.linear.x, message.linear.y, message.angular.z = velocity
    return message


class Teleop:
    """Publishes on cmd_vel; whatever happens, its last word is to stand."""

    def __init__(self, node: Node, topic: str = "cmd_vel") -> None:
        """Look for somebody who listens.

        Raises:
            NobodyAnswersError: nobody subscribes to ``topic``.
        """
        self.sent = 0
        """Velocities sent, the closing zeros not counted."""
        self._publisher = node.create_publisher(Twist, topic, 1)
        if not until(node, self._publisher.get_subscription_count):
            raise NobodyAnswersError(
                f"Nobody listens to {self._publisher.topic_name} on {domain()}. Is the launch "
                "running, on the same domain?"
            )

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
                self._publisher.publish(twist(velocity))
                each(velocity)
                self.sent += 1
                due += PERIOD_S
                time.sleep(max(due - time.monotonic(), 0.0))
        finally:
            for _ in range(3):
                self._publisher.publish(twist(STILL))
                time.sleep(PERIOD_S)


def for_seconds(velocity: Vector, seconds: float) -> Iterator[Vector]:
    """Yield the same velocity for ``seconds``, at least once."""
    for _ in range(max(round(seconds / PERIOD_S), 1)):
        yield velocity


def from_keys(
    read: Callable[[], list[str]], speeds: Vector, now: Callable[[], float] = time.monotonic
) -> Iterator[Vector]:
    """Yield what the keys say until one of QUIT.

    Args:
        read: returns the keys pressed since its last call, oldest first.
        speeds: forward, sideways [m/s] and turning [rad/s] speed that the keys mean.
        now: steady time, s.
    """
    velocity, pressed = STILL, now()
    while True:
        keys = [key.lower() if len(key) == 1 else key for key in read()]
        if any(key in QUIT for key in keys):
            return
        known = [key for key in keys if key in KEYS]
        if known:
            x, y, z = KEYS[known[-1]]
            velocity, pressed = (x * speeds[0], y * speeds[1], z * speeds[2]), now()
        elif now() - pressed > RELEASED_S:
            velocity = STILL
        yield velocity
