"""Quality of service, by what is sent.

Every topic's can be overridden by parameter, as ROS 2 has it:
``qos_overrides./imu/data.subscription.depth`` and so on.
"""

from collections.abc import Iterable
from copy import copy

from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSPolicyKind, QoSProfile, ReliabilityPolicy
from rclpy.qos_overriding_options import QoSOverridingOptions

SENSOR = QoSProfile(
    depth=100,
    history=HistoryPolicy.KEEP_LAST,
    reliability=ReliabilityPolicy.BEST_EFFORT,
    durability=DurabilityPolicy.VOLATILE,
)
"""Sensor streams: matches both kinds of publisher; holds 100 ms of a 1 kHz IMU."""
RELIABLE_SENSOR = QoSProfile(
    depth=10,
    history=HistoryPolicy.KEEP_LAST,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.VOLATILE,
)
"""Sensor streams as ros2_control's broadcasters send them (rclcpp's SystemDefaultsQoS)."""
IMAGE = QoSProfile(
    depth=4,
    history=HistoryPolicy.KEEP_LAST,
    reliability=ReliabilityPolicy.BEST_EFFORT,
    durability=DurabilityPolicy.VOLATILE,
)
"""Camera images."""
EXPOSURE = QoSProfile(
    depth=30,
    history=HistoryPolicy.KEEP_LAST,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.VOLATILE,
)
"""What the simulated cameras are told to render: small, and a second of it may wait."""
COMMAND = QoSProfile(
    depth=1,
    history=HistoryPolicy.KEEP_LAST,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.VOLATILE,
)
"""Commands: only the newest counts."""
LATCHED = QoSProfile(
    depth=1,
    history=HistoryPolicy.KEEP_LAST,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.TRANSIENT_LOCAL,
)
"""States and the emergency stop: late joiners get the last word."""
EVENTS = QoSProfile(
    depth=20,
    history=HistoryPolicy.KEEP_LAST,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.VOLATILE,
)
"""Diagnostics and other things that people read."""
TRACE = QoSProfile(
    depth=400,
    history=HistoryPolicy.KEEP_LAST,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.VOLATILE,
)
"""What a recording may not miss: two seconds of 200 Hz wait for a recorder that is held up."""
EVERYTHING = QoSProfile(
    depth=0,
    history=HistoryPolicy.KEEP_ALL,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.VOLATILE,
)
"""Lockstep: no message may be lost."""
LATCHED_MANY = QoSProfile(
    depth=10,
    history=HistoryPolicy.KEEP_LAST,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.TRANSIENT_LOCAL,
)
"""The last words of several publishers."""
BUTTONS = QoSProfile(
    depth=10,
    history=HistoryPolicy.KEEP_LAST,
    reliability=ReliabilityPolicy.BEST_EFFORT,
    durability=DurabilityPolicy.VOLATILE,
)
"""What people hold in their hands and says the same again and again: matches any publisher."""

POLICIES = (
    QoSPolicyKind.HISTORY,
    QoSPolicyKind.DEPTH,
    QoSPolicyKind.RELIABILITY,
    QoSPolicyKind.DURABILITY,
)
OVERRIDABLE = QoSOverridingOptions(POLICIES)
OVERRIDES = "qos_overrides"
"""First part of the names of these parameters."""


def publisher(node: Node, kind: type, topic: str, profile: QoSProfile) -> Publisher:
    """Create a publisher whose quality of service can be overridden."""
    # rclpy writes the overrides into the profile that it is given.
    return node.create_publisher(kind, topic, copy(profile), qos_overriding_options=OVERRIDABLE)


def parameter_names(node: Node) -> Iterable[str]:
    """Names of the parameters that override what ``node`` has."""
    topics = [(entry.topic_name, "publisher") for entry in node.publishers]
    topics += [(entry.topic_name, "subscription") for entry in node.subscriptions]
    for topic, role in topics:
        for policy in POLICIES:
            yield f"{OVERRIDES}.{topic}.{role}.{policy.name.lower()}"
