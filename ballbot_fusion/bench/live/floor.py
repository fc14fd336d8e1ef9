"""The floor: what the same hops take when nothing is computed but the head of the policy.

Two bare participants in the places of inference and safety: the same trigger, messages, transports
and scheduling, the same subscriptions drained at the same moments, nothing converted or judged.
"""

import struct
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rclpy.node import Node
from sensor_msgs.msg import Image, Imu, JointState

from ballbot_fusion.bench.inference import bound
from ballbot_fusion.bench.live import bare
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.schedule import TickSchedule
from ballbot_fusion.core.topic_names import image_topics
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.nodes import qos, wire_out
from ballbot_fusion.nodes.instant import await_instant
from ballbot_fusion.nodes.intake import Intake, Wait

_STAMP = struct.Struct("<iI")
EFFORT = (0.1, -0.2, 0.1)


def stamp_of(data: bytes) -> int:
    """Stamp of a message that begins with a header, in its wire form, ns."""
    seconds, nanoseconds = _STAMP.unpack_from(data, 4)
    return int(seconds) * 1_000_000_000 + int(nanoseconds)


def _unread(node: Node, kind: type, topic: str, profile: Any) -> Intake[bytes]:
    return Intake(node, kind, topic, profile, lambda data: data, raw=True)


class Thinker:
    """In the place of inference: a command for every control instant."""

    def __init__(self, node: Node, settings: dict[str, Any]) -> None:
        """Open the head of ``policy``; ``sensors``: hear encoders and cameras, too."""
        path = Path(settings["policy"])
        self._head = bound(path, PolicyRuntime.load(path), head=True)
        self._names = RobotConfig().joint_names
        self._imu = _unread(node, Imu, "imu/data", qos.SENSOR)
        others = [(JointState, "joint_states", qos.SENSOR)] if settings["sensors"] else []
        if settings["sensors"]:
            topics = image_topics(RobotConfig()).values()
            others += [(Image, topic, qos.IMAGE) for topic in topics]
        self._others = [_unread(node, *entry) for entry in others]
        self._commands = qos.publisher(node, JointState, "policy_command", qos.COMMAND)
        self._schedule = TickSchedule(round(1e9 / settings["rate_hz"]))
        self._wait = Wait(node, [self._imu])

    def __call__(self) -> None:
        """Wait for the IMU sample of the next control instant, as the inference node does."""
        await_instant(self._schedule, self._wait)
        heard = self._imu.take()
        if heard and self._schedule.due(stamp_of(heard[-1]), time.monotonic_ns()):
            self._head.compute()
            stamp_ns = stamp_of(heard[-1])
            self._commands.publish(wire_out.effort_bytes(self._names, EFFORT, stamp_ns))
            drain(self._others)


class Guard:
    """In the place of safety: passes every command on."""

    def __init__(self, node: Node, settings: dict[str, Any]) -> None:
        """``sensors``: hear IMU and encoders, too."""
        streams = [(Imu, "imu/data"), (JointState, "joint_states")] if settings["sensors"] else []
        self._others = [_unread(node, kind, topic, qos.SENSOR) for kind, topic in streams]
        self._commands = _unread(node, JointState, "policy_command", qos.COMMAND)
        self._motors = qos.publisher(node, JointState, "motor_commands", qos.COMMAND)
        self._names = RobotConfig().driver_names
        self._wait = Wait(node, [self._commands])

    def __call__(self) -> None:
        """Wait for a command, pass it on."""
        self._wait(0.05)
        for command in self._commands.take()[-1:]:
            data = wire_out.effort_bytes(self._names, EFFORT, stamp_of(command), "policy")
            self._motors.publish(data)
            drain(self._others)


def drain(intakes: Sequence[Intake[bytes]]) -> None:
    """Take what has arrived, and leave it."""
    for intake in intakes:
        intake.take()


def _make(node: Node, settings: dict[str, Any]) -> bare.Work:
    return Thinker(node, settings) if settings["part"] == "thinker" else Guard(node, settings)


if __name__ == "__main__":
    bare.run("bench_floor", _make)
