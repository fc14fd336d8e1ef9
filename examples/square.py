"""Drive the live robot round a square by `odom` and `cmd_vel`: an application's node, in little.

./with-ros ros2 launch ballbot_fusion sim.launch.py         # in one terminal
./with-ros python examples/square.py --side 1.0             # in another
"""

import argparse
from math import cos, hypot, sin

import rclpy
from geometry_msgs.msg import Twist
from nav_msgs.msg import Odometry
from rclpy.node import Node

from ballbot_fusion.core.rotation import yaw_of

SPEED = 0.4
"""m/s"""
GAIN = 1.0
"""1/s; speed per distance to go, so that it slows down before a corner."""
REACHED = 0.1
"""m; this near counts as there."""


class Square(Node):
    """Publishes `cmd_vel` for every `odom`, until all corners were reached."""

    def __init__(self, side: float) -> None:
        """Plan a square of ``side`` m, ahead and to the left of where the robot is."""
        super().__init__("square")
        self._side = side
        self.corners: list[tuple[float, float]] | None = None
        self._commands = self.create_publisher(Twist, "cmd_vel", 10)
        self.create_subscription(Odometry, "odom", self._on_odometry, 10)

    def _on_odometry(self, message: Odometry) -> None:
        place = message.pose.pose.position
        if self.corners is None:
            ways = ((1, 0), (1, 1), (0, 1), (0, 0))
            self.corners = [(place.x + a * self._side, place.y + b * self._side) for a, b in ways]
        command = Twist()
        while self.corners:
            x, y = self.corners[0][0] - place.x, self.corners[0][1] - place.y
            if hypot(x, y) > REACHED:
                command.linear.x, command.linear.y = _velocity(x, y, message)
                break
            self.get_logger().info(f"corner reached at {place.x:.2f}, {place.y:.2f} m")
            self.corners.pop(0)
        self._commands.publish(command)


def _velocity(x: float, y: float, message: Odometry) -> tuple[float, float]:
    """Towards (x, y) m, in odom; what `cmd_vel` takes is in the robot's heading frame."""
    turned = message.pose.pose.orientation
    yaw = yaw_of((turned.x, turned.y, turned.z, turned.w))
    share = min(SPEED, GAIN * hypot(x, y)) / hypot(x, y)
    forward, left = x * cos(yaw) + y * sin(yaw), y * cos(yaw) - x * sin(yaw)
    return share * forward, share * left


def main() -> None:
    """Drive; end at the last corner."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--side", type=float, default=1.0, help="m; default 1")
    rclpy.init()
    node = Square(parser.parse_args().side)
    while rclpy.ok() and node.corners != []:
        rclpy.spin_once(node)
    node.destroy_node()
    rclpy.shutdown()


if __name__ == "__main__":
    main()
