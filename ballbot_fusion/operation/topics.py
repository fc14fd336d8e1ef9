"""What is on the graph: topics, types, rates and how old their newest message is."""

import struct
import time
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.subscription import Subscription
from sensor_msgs.msg import Image

from ballbot_fusion.operation.client import NobodyAnswersError, domain, settled

HIDDEN = ("/rosout", "/parameter_events")
ANY = QoSProfile(
    depth=2000, reliability=ReliabilityPolicy.BEST_EFFORT, durability=DurabilityPolicy.VOLATILE
)
"""Matches every publisher; holds 2 s of a 1 kHz stream: a busy machine may keep us from looking."""
ANY_IMAGE = QoSProfile(depth=100, reliability=ANY.reliability, durability=ANY.durability)
"""The same for images, which are few, and too big to keep so many."""
TURN_S = 0.02
SUBSCRIBED_S = 0.5
"""How long publishers may take to notice that we listen, s."""
SIMULATED_NS = 3600 * 1_000_000_000
"""A stamp further than this from the system's time is simulated time, and tells no age."""


def message_class(name: str) -> Any:
    """Import ``package/msg/Type``; None when its package is not installed."""
    package, kind, message = name.split("/")
    try:
        return getattr(import_module(f"{package}.{kind}"), message)
    except (ImportError, AttributeError):
        return None


def drained(node: Node, topic: str, kind: type) -> Subscription:
    """Subscribe ``topic`` as bytes, taken by hand: a callback for each would cost half a core."""
    quality = ANY_IMAGE if kind is Image else ANY
    return node.create_subscription(kind, topic, lambda _: None, quality, raw=True)


def stamp_ns(content: bytes) -> int:
    """Read the stamp of a serialised message that begins with a std_msgs/Header (CDR)."""
    order = "<" if content[1] & 1 else ">"
    seconds, nanoseconds = struct.unpack_from(f"{order}iI", content, 4)
    return int(seconds) * 1_000_000_000 + int(nanoseconds)


@dataclass
class Window:
    """What was received on a topic since it was last reported."""

    messages: int = 0
    first_sent_ns: int = 0
    last_sent_ns: int = 0

    def add(self, sent_ns: int) -> None:
        """Count one message by the time at which it was sent (system time)."""
        if not self.messages:
            self.first_sent_ns = sent_ns
        self.messages += 1
        self.last_sent_ns = sent_ns

    @property
    def rate_hz(self) -> float | None:
        """Messages a second between the first and the last one; None when there are not two."""
        span_ns = self.last_sent_ns - self.first_sent_ns
        return (self.messages - 1) * 1e9 / span_ns if span_ns > 0 else None


@dataclass
class Topic:
    """One topic. Messages are counted as bytes: an image costs no more than a number."""

    name: str
    type: str
    publishers: int
    subscription: Subscription | None = None
    """None where the message's package is not installed."""
    stamped: bool = False
    window: Window = field(default_factory=Window)
    newest_ns: int | None = None
    """When the newest message was taken by its stamp, else when it was sent (system time)."""

    def drain(self) -> None:
        """Take in everything that has arrived."""
        if self.subscription is None:
            return
        handle = self.subscription.handle
        with handle:
            while (taken := handle.take_message(self.subscription.msg_type, True)) is not None:
                content, info = taken
                sent_ns = int(info["source_timestamp"])
                self.window.add(sent_ns)
                self.newest_ns = sent_ns
                if self.stamped and abs(stamp_ns(content) - sent_ns) < SIMULATED_NS:
                    self.newest_ns = stamp_ns(content)

    def row(self) -> dict[str, Any]:
        """Return it as plain data, and begin to count anew."""
        window, self.window = self.window, Window()
        rate = window.rate_hz
        age_ns = None if self.newest_ns is None else time.time_ns() - self.newest_ns
        return {
            "topic": self.name,
            "type": self.type,
            "publishers": self.publishers,
            "messages": window.messages,
            "rate_hz": None if rate is None else round(rate, 1),
            "age_ms": None if age_ns is None else round(age_ns * 1e-6, 1),
        }


class Watch:
    """Listens to every topic that somebody publishes."""

    def __init__(self, node: Node, below: str = "/") -> None:
        """Begin to look at topics whose names begin with ``below``.

        Raises:
            NobodyAnswersError: nobody publishes any of them on this domain.
        """
        self._node, self._below = node, below
        self._topics: dict[str, Topic] = {}
        if not settled(self._discover):
            where = "" if below == "/" else f" below {below}"
            raise NobodyAnswersError(
                f"Nobody publishes anything{where} on {domain()}. Is the launch running, on the "
                "same domain and in this namespace?"
            )
        self.listen(SUBSCRIBED_S)
        self.rows()

    def _discover(self) -> int:
        for name, types in self._node.get_topic_names_and_types():
            publishers = self._node.count_publishers(name)
            if name in self._topics:
                self._topics[name].publishers = publishers
            elif publishers and name not in HIDDEN and name.startswith(self._below):
                self._topics[name] = self._subscribed(Topic(name, types[0], publishers))
        return len(self._topics)

    def _subscribed(self, topic: Topic) -> Topic:
        kind = message_class(topic.type)
        if kind is not None:
            topic.subscription = drained(self._node, topic.name, kind)
            first, *_ = kind.get_fields_and_field_types().values() or [""]
            topic.stamped = first == "std_msgs/Header"
        return topic

    def listen(self, seconds: float) -> None:
        """Look for new topics, then count for ``seconds``."""
        self._discover()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for topic in self._topics.values():
                topic.drain()
            time.sleep(TURN_S)

    def rows(self) -> list[dict[str, Any]]:
        """Return every topic as plain data, by name, and begin to count anew."""
        return [self._topics[name].row() for name in sorted(self._topics)]
