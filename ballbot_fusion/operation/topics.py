"""What is on the graph: topics, types, rates and how old their newest message is."""

import time
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from rclpy.node import Node

from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.conversion import nanoseconds
from ballbot_fusion.nodes.intake import Intake
from ballbot_fusion.operation.client import NobodyAnswersError, domain, until

HIDDEN = ("/rosout", "/parameter_events")


@dataclass
class Topic:
    """One topic as it was seen."""

    name: str
    type: str
    publishers: int
    received: int = 0
    age_ms: float | None = None
    """Age of the newest message by its stamp, where it has one."""

    def row(self, seconds: float) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "topic": self.name,
            "type": self.type,
            "publishers": self.publishers,
            "rate_hz": round(self.received / seconds, 1),
            "age_ms": None if self.age_ms is None else round(self.age_ms, 1),
        }


def message_class(name: str) -> type | None:
    """Import ``package/msg/Type``; None when its package is not installed."""
    package, kind, message = name.split("/")
    try:
        found: type = getattr(import_module(f"{package}.{kind}"), message)
    except (ImportError, AttributeError):
        return None
    return found


def _newest_stamp_ns(messages: list[Any]) -> int | None:
    header = getattr(messages[-1], "header", None) if messages else None
    return None if header is None else nanoseconds(header.stamp)


def watch(node: Node, seconds: float) -> list[Topic]:
    """Listen to every topic for ``seconds``.

    Raises:
        NobodyAnswersError: nobody publishes anything on this domain.
    """

    def published() -> list[Topic]:
        return [
            Topic(name, types[0], node.count_publishers(name))
            for name, types in node.get_topic_names_and_types()
            if node.count_publishers(name) and name not in HIDDEN
        ]

    until(node, published)
    until(node, lambda: None, 1.0)  # discovery goes on: the rest of the graph follows the first
    topics = published()
    if not topics:
        raise NobodyAnswersError(f"Nobody publishes anything on {domain()}. Is the launch running?")
    intakes: dict[str, Intake[Any]] = {}
    for topic in topics:
        kind = message_class(topic.type)
        if kind is not None:
            intakes[topic.name] = Intake(
                node, kind, topic.name, qos.SENSOR, lambda message: message
            )
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for topic in topics:
            _listen(topic, intakes.get(topic.name))
        time.sleep(0.02)
    return topics


def _listen(topic: Topic, intake: Intake[Any] | None) -> None:
    messages = [] if intake is None else intake.take()
    topic.received += len(messages)
    stamp_ns = _newest_stamp_ns(messages)
    if stamp_ns:
        topic.age_ms = (time.time_ns() - stamp_ns) * 1e-6
