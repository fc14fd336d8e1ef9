"""What the dashboard hears of the graph, and how it gets into the view.

Nothing here is reliable but what people must not miss: a slow page never holds up who sends.
"""

import time
from collections.abc import Callable
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import Twist
from rclpy.node import Node
from rclpy.qos import QoSProfile
from sensor_msgs.msg import Image, JointState
from std_msgs.msg import Float64MultiArray, String

from ballbot_fusion.core.checks import check_motors
from ballbot_fusion.core.glance import Glance, glance_of
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.topic_names import image_topics
from ballbot_fusion.dashboard.pictures import pictures_of
from ballbot_fusion.dashboard.view import Said, View
from ballbot_fusion.nodes import conversion, qos, wire
from ballbot_fusion.nodes.intake import Intake, RawIntake
from ballbot_fusion.nodes.namespaces import own_name

COMMANDS = QoSProfile(
    depth=40, history=qos.SENSOR.history, reliability=qos.SENSOR.reliability,
    durability=qos.SENSOR.durability,
)  # fmt: skip
"""Motor commands of 0.2 s, lost rather than waited for."""
NEWEST = QoSProfile(
    depth=1, history=qos.SENSOR.history, reliability=qos.SENSOR.reliability,
    durability=qos.SENSOR.durability,
)  # fmt: skip
LONGEST_LIST = 4096


def _glance(message: Float64MultiArray) -> Glance:
    sizes = [(str(entry.label), int(entry.size)) for entry in message.layout.dim]
    return glance_of(sizes, message.data)


def _listed(message: Float64MultiArray) -> list[float]:
    return list(message.data[:LONGEST_LIST])


def said_of(message: DiagnosticArray, namespace: str) -> list[tuple[str, Said]]:
    """Names of nodes in ``namespace`` with what they say."""
    return [
        (
            name,
            Said(
                int.from_bytes(status.level, "little"),
                status.message,
                {entry.key: entry.value for entry in status.values},
            ),
        )
        for status in message.status
        if (name := own_name(status.name.split(":")[0], namespace)) is not None
    ]


class Commands:
    """Motor commands, and how long each took from the IMU sample behind it."""

    def __init__(self, node: Node) -> None:
        """Subscribe with ``node``."""
        self._intake = RawIntake(node, JointState, "motor_commands", COMMANDS)

    @property
    def subscription(self) -> Any:
        """What it listens by."""
        return self._intake.subscription

    def take(self, sensing: Sensing) -> tuple[Vector | None, list[float]]:
        """Return the newest torques at the wheels [N m], and all latencies [ms].

        A latency ends when the command was sent, not when this process had time to read it.
        """
        joints, motors = sensing.joints, sensing.robot.motors
        effort: Vector | None = None
        latencies_ms: list[float] = []
        for taken in self._intake.take():
            sample = wire.joint_sample(taken.data, 0, Source.MOTORS)
            if check_motors(sample, joints.names, motors) is Reason.OK:
                effort = joints.efforts(sample)
                latencies_ms.append((taken.sent_ns - sample.stamp_ns) * 1e-6)
        return effort, latencies_ms


class Ears:
    """All the time: diagnostics, safety's state, glances."""

    def __init__(self, node: Node, view: View) -> None:
        """Subscribe with ``node``."""
        self._view = view
        self._said = Intake(
            node, DiagnosticArray, "/diagnostics", qos.EVENTS,
            lambda message: said_of(message, node.get_namespace()),
        )  # fmt: skip
        self._modes = Intake(node, String, "safety/state", qos.LATCHED, lambda m: str(m.data))
        self._glances = Intake(node, Float64MultiArray, "inference/glance", NEWEST, _glance)

    def listen(self, now_s: float) -> None:
        """Take in what arrived."""
        for words in self._said.take():
            for name, said in words:
                self._view.hear_node(name, said, now_s)
        for mode in self._modes.take():
            self._view.hear_mode(mode, now_s)
        for glance in self._glances.take():
            self._view.hear_glance(glance, now_s)


class Eyes:
    """While somebody looks at a page: motor commands, velocities, features, images."""

    def __init__(self, node: Node, view: View, sensing: Sensing) -> None:
        """Subscribe with ``node``; ``close`` ends it."""
        self._node, self._view, self._sensing = node, view, sensing
        self._motors = Commands(node)
        self._velocities = self._of(Twist, "cmd_vel", conversion.command_sample)
        self._features: Intake[Any] = Intake(
            node, Float64MultiArray, "inference/features", NEWEST, _listed, overridable=False
        )
        self._images = {
            source: self._of(Image, topic, self._image(source))
            for source, topic in image_topics(sensing.robot).items()
        }

    def _of(self, kind: type, topic: str, convert: Callable[..., Any]) -> Intake[Any]:
        return Intake(
            self._node, kind, topic, NEWEST, lambda m: convert(m, time.monotonic_ns()),
            overridable=False,
        )  # fmt: skip

    def _image(self, source: Source) -> Callable[..., Any]:
        color = self._sensing.robot.cameras[source - Source.CAMERA_0].kind == "color"
        convert = conversion.color_sample if color else conversion.depth_sample
        return lambda message, now_ns: convert(message, now_ns, source)

    def listen(self, now_s: float) -> None:
        """Take in what arrived, images apart."""
        effort, latencies_ms = self._motors.take(self._sensing)
        if effort is not None:
            self._view.motors.hear(effort, now_s)
        self._view.latency.add(latencies_ms, now_s)
        for sample in self._velocities.take():
            self._view.command.hear(sample.velocity, now_s)
        for features in self._features.take():
            self._view.features.hear(features, now_s)

    def look(self, now_s: float) -> None:
        """Convert the newest images."""
        for source, intake in self._images.items():
            for sample in intake.take()[-1:]:
                pictures = pictures_of(self._sensing, sample)
                self._view.pictures[source - Source.CAMERA_0].hear(pictures, now_s)

    def close(self) -> None:
        """Subscribe no more: nobody sends what nobody looks at."""
        intakes = (self._velocities, self._features, *self._images.values())
        for subscription in (self._motors.subscription, *(i.subscription for i in intakes)):
            self._node.destroy_subscription(subscription)
