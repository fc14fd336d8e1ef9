"""What the doctor hears of a live graph: driver topics, and what inference and safety say.

Everything is taken as bytes and by hand. Of images all stamps are kept, and the content of a few.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.serialization import deserialize_message
from sensor_msgs.msg import CameraInfo

from ballbot_fusion.core.samples import DepthSample, Intrinsics, Sample
from ballbot_fusion.doctor.observed import Endpoint, Stream
from ballbot_fusion.operation.topics import drained, message_class
from ballbot_fusion.recording.cdr import CdrReader, Read

MOST = 200
"""Messages taken at once: on a busy machine they may come faster than they are read."""
TURN_S = 0.005
"""Between two looks."""
IMAGE_EVERY_NS = 150_000_000
"""Images are read so often: each is 200 kB."""
EVENTS = QoSProfile(depth=20, reliability=ReliabilityPolicy.RELIABLE)
INFO = "sensor_msgs/msg/CameraInfo"
IMAGE = "sensor_msgs/msg/Image"


@dataclass
class Heard:
    """What came on one topic."""

    stamps_ns: list[int] = field(default_factory=list)
    arrivals_ns: list[int] = field(default_factory=list)
    sent_ns: list[int] = field(default_factory=list)
    frame_ids: set[str] = field(default_factory=set)
    content: list[tuple[bytes, int]] = field(default_factory=list)
    """Messages as bytes, and when they arrived."""

    def add(self, data: bytes, arrival_ns: int, sent_ns: int, *, sparing: bool) -> None:
        """Take in one message that begins with a header; one that cannot be read counts for none.

        ``sparing``: keep its content only when the last that was kept is old enough.
        """
        try:
            reader = CdrReader(data)
            stamp_ns, frame_id = reader.stamp_ns(), reader.text()
        except ValueError:
            return
        self.stamps_ns.append(stamp_ns)
        self.arrivals_ns.append(arrival_ns)
        self.sent_ns.append(sent_ns)
        self.frame_ids.add(frame_id)
        last_ns = self.content[-1][1] if self.content else 0
        if not sparing or arrival_ns - last_ns >= IMAGE_EVERY_NS:
            self.content.append((data, arrival_ns))


def waiting(subscription: Any, *, raw: bool) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Take what has arrived, oldest first, at most MOST messages."""
    handle = subscription.handle
    with handle:  # gives nothing to bind with `as`
        for _ in range(MOST):
            taken = handle.take_message(subscription.msg_type, raw)
            if taken is None:
                return
            yield taken


class Ears:
    """Subscriptions of everything that is looked at."""

    def __init__(
        self,
        node: Node,
        topics: Mapping[str, tuple[str, str]],
        motor_topic: str,
        nodes: Mapping[str, str],
    ) -> None:
        """Listen to ``topics``: by our name what the graph calls it, and the type it must have.

        The motors' topic is not listened to: the doctor only looks who does. ``nodes``: by full
        name what those are called whose diagnostics are read.
        """
        self._node, self._topics, self._nodes = node, dict(topics), nodes
        self._subscriptions = {
            name: drained(node, topic, message_class(kind))
            for name, (topic, kind) in topics.items()
            if name != motor_topic
        }
        self._diagnostics = node.create_subscription(
            DiagnosticArray, "/diagnostics", lambda _: None, EVENTS
        )
        self.lenses: dict[str, Intrinsics] = {}
        """Newest intrinsics by our name of the camera_info."""
        self.said: list[dict[str, dict[str, str]]] = []
        self.heard: dict[str, Heard] = {}
        self.forget()

    def forget(self) -> None:
        """Begin anew; what is known of lenses and nodes stays."""
        self.heard = {name: Heard() for name in self._subscriptions}

    def listen(self, seconds: float) -> None:
        """Take in everything that arrives within ``seconds``."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for name, subscription in self._subscriptions.items():
                self._take(name, subscription)
            self._hear()
            time.sleep(TURN_S)

    def drop(self) -> None:
        """Forget what has arrived and was not taken yet."""
        self.listen(2.0 * TURN_S)
        self.forget()

    def _take(self, name: str, subscription: Any) -> None:
        kind = self._topics[name][1]
        for data, info in waiting(subscription, raw=True):
            # System time of reception: however late we look, it is not later for that.
            arrival_ns = int(info["received_timestamp"]) or time.time_ns()
            sent_ns = int(info["source_timestamp"]) or arrival_ns
            self.heard[name].add(data, arrival_ns, sent_ns, sparing=kind in (IMAGE, INFO))
            if kind == INFO:
                self.lenses[name] = _intrinsics(data)

    def _hear(self) -> None:
        for message, _ in waiting(self._diagnostics, raw=False):
            for status in message.status:
                name = self._nodes.get(status.name.split(":")[0])
                if name is not None and status.values:
                    values = {entry.key: entry.value for entry in status.values}
                    self.said.append({name: values})

    def streams(self, read: Mapping[str, Read]) -> dict[str, Stream]:
        """Return every topic with who is at its ends and, by ``read``, what came."""
        found = {}
        for name, (topic, kind) in self._topics.items():
            heard = self.heard.get(name, Heard())
            found[name] = Stream(
                topic, kind,
                self._ends(self._node.get_publishers_info_by_topic(topic)),
                self._ends(self._node.get_subscriptions_info_by_topic(topic)),
                tuple(heard.stamps_ns), tuple(heard.arrivals_ns), frozenset(heard.frame_ids),
                tuple(self.samples(name, read[name])) if name in read else (),
                tuple(heard.sent_ns),
            )  # fmt: skip
        return found

    def samples(self, name: str, read: Read) -> Iterable[Sample]:
        """Read what came on a topic; what cannot be read is left out."""
        for data, arrival_ns in self.heard[name].content:
            try:
                sample = read(data).arrived(arrival_ns)
            except ValueError:
                continue
            lens = self.lenses.get(name.rpartition("/")[0] + "/camera_info")
            if isinstance(sample, DepthSample) and lens is not None:
                sample.__dict__["intrinsics"] = lens
            yield sample

    def _ends(self, infos: Iterable[Any]) -> tuple[Endpoint, ...]:
        ours = self._node.get_name()
        return tuple(
            Endpoint(
                info.node_name, info.topic_type,
                info.qos_profile.reliability == ReliabilityPolicy.RELIABLE,
                info.qos_profile.durability == DurabilityPolicy.TRANSIENT_LOCAL,
            )
            for info in infos
            if info.node_name != ours
        )  # fmt: skip

    def graph(self) -> dict[str, tuple[str, ...]]:
        """Types by topic of everything that somebody publishes."""
        return {
            name: tuple(types)
            for name, types in self._node.get_topic_names_and_types()
            if self._node.count_publishers(name)
        }


def _intrinsics(data: bytes) -> Intrinsics:
    message = deserialize_message(data, CameraInfo)
    return Intrinsics.of(message.width, message.height, message.p, message.k)
