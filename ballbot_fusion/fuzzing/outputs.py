"""What a node may publish, whatever it was fed with."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from nav_msgs.msg import Odometry
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64MultiArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.nodes.wire import joint_sample

TOLERANCE = 1.001
"""Of the largest torque, as the safety node has it."""
COMMANDS = ("/policy_command", "/motor_commands")
FINITE = ("/inference/features",)
"""Arrays without a number that is not finite. Traces may name one: they tell what was sensed."""


def _wrong_effort(effort: tuple[float, ...], robot: RobotConfig) -> str:
    if not all(map(isfinite, effort)):
        return f"torques {effort} are not finite"
    largest = robot.wheels.max_torque * TOLERANCE
    if any(abs(torque) > largest for torque in effort):
        return f"torques {effort} are beyond {robot.wheels.max_torque} N m"
    return ""


def _pose_numbers(message: Odometry) -> Iterator[float]:
    pose, twist = message.pose.pose, message.twist.twist
    for part in (pose.position, pose.orientation, twist.linear, twist.angular):
        for name in part.get_fields_and_field_types():
            yield getattr(part, name)


def wrong_output(topic: str, message: Any, robot: RobotConfig) -> str:
    """Say what is wrong with something that a node published; empty when nothing is."""
    if isinstance(message, bytes):
        if topic not in COMMANDS:
            return ""
        sample = joint_sample(message, 0, Source.MOTORS)
        withheld = topic == "/policy_command" and not sample.effort
        if not withheld and sample.names != robot.joint_names:
            return f"names are {sample.names}"
        return _wrong_effort(sample.effort, robot)
    if isinstance(message, JointState) and topic in COMMANDS:
        return _wrong_effort(tuple(message.effort), robot)
    if isinstance(message, Float64MultiArray) and topic in (*COMMANDS, *FINITE):
        return "" if all(map(isfinite, message.data)) else f"{list(message.data)[:9]} not finite"
    if isinstance(message, Odometry) and not all(map(isfinite, _pose_numbers(message))):
        return f"{message} is not finite"
    return ""
