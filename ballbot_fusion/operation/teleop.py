"""Driving: velocity commands on cmd_vel, from keys or for a set time."""

import time
from collections.abc import Callable, Iterator

import rclpy
from geometry_msgs.msg import Twist
from rclpy.node import Node

from ballbot_fusion.core.rotation import Vector

PERIOD_S = 0.05
RELEASED_S = 0.5
"""Without a key for this long the robot is told to stand, s."""
STILL: Vector = (0.0, 0.0, 0.0)
KEYS: dict[str, Vector] = {
    "w": (1.0, 0.0, 0.0),
    "s": (-1.0, 0.0, 0.0),
    "q": (0.0, 1.0, 0.0),
    "e": (0.0, -1.0, 0.0),
    "a": (0.0, 0.0, 1.0),
    "d": (0.0, 0.0, -1.0),
    "\x1b[A": (1.0, 0.0, 0.0),
    "\x1b[B": (-1.0, 0.0, 0.0),
    "\x1b[D": (0.0, 0.0, 1.0),
    "\x1b[C": (0.0, 0.0, -1.0),
    " ": STILL,
}
"""Share of forward, sideways and turning speed by key; arrows and WASD, Q and E go sideways."""


def twist(velocity: Vector) -> Twist:
    """Build a Twist of vx, vy [m/s], yaw rate [rad/s] in the heading frame."""
    message = Twist()
    message.linear.x, message.linear.y, message.angular.z = velocity
    return message


def publish(node: Node, velocities: Iterator[Vector]) -> None:
    """Send one velocity every 50 ms until there are no more; the last word is to stand."""
    publisher = node.create_publisher(Twist, "cmd_vel", 1)
    try:
        for velocity in velocities:
            publisher.publish(twist(velocity))
            rclpy.spin_once(node, timeout_sec=0.0)
            time.sleep(PERIOD_S)
    finally:
        for _ in range(3):
            publisher.publish(twist(STILL))
            time.sleep(PERIOD_S)


def for_seconds(velocity: Vector, seconds: float) -> Iterator[Vector]:
    """Yield the same velocity for ``seconds``."""
    for _ in range(round(seconds / PERIOD_S)):
        yield velocity


def from_keys(
    read: Callable[[], str], speeds: Vector, now: Callable[[], float] = time.monotonic
) -> Iterator[Vector]:
    """Yield what the keys say until escape or Ctrl-C; ``read`` returns '' when none is pressed."""
    velocity, pressed = STILL, now()
    while True:
        key = read()
        if key in ("\x1b", "\x03"):
            return
        if key in KEYS:
            x, y, z = KEYS[key]
            velocity, pressed = (x * speeds[0], y * speeds[1], z * speeds[2]), now()
        elif now() - pressed > RELEASED_S:
            velocity = STILL
        yield velocity
