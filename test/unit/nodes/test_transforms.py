"""What is said of frames, when, and what it costs where nobody listens."""

from types import SimpleNamespace
from typing import Any

import pytest
from builtin_interfaces.msg import Time
from geometry_msgs.msg import TransformStamped
from rclpy.serialization import deserialize_message, serialize_message

from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.frames import Transform, moving_transforms, static_transforms
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.nodes import qos, transforms
from ballbot_fusion.nodes.transforms import MOST_HZ, Transforms, stamped

ROBOT = RobotConfig()
RATE_HZ, SECONDS = 200.0, 2
STAMP_NS = 5_000_000_007
ESTIMATE = Estimate(position=(1.0, -2.0, 0.0), attitude=(0.0, 0.0, 0.6, 0.8))


def test_messages_say_what_the_transforms_are() -> None:
    given = (Transform("odom", "base_footprint", (1.0, -2.0, 0.5), (0.1, 0.2, 0.3, 0.9)),)
    (sent,) = stamped(given, STAMP_NS)
    message = deserialize_message(serialize_message(sent), TransformStamped)
    assert (message.header.frame_id, message.child_frame_id) == ("odom", "base_footprint")
    assert message.header.stamp == Time(sec=5, nanosec=7)
    place, turned = message.transform.translation, message.transform.rotation
    assert (place.x, place.y, place.z) == (1.0, -2.0, 0.5)
    assert (turned.x, turned.y, turned.z, turned.w) == (0.1, 0.2, 0.3, 0.9)


class Listened:
    """A publisher of a message that is not installed here, and who asks how many listen."""

    def __init__(self, listeners: int) -> None:
        self.listeners, self.asked = listeners, 0
        self.sent: list[Any] = []

    def get_subscription_count(self) -> int:
        self.asked += 1
        return self.listeners

    def publish(self, message: Any) -> None:
        self.sent.append(message.transforms)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, Listened]:
    """Publishers by topic; nobody listens until the test says so."""
    found: dict[str, Listened] = {}

    def publisher(node: Any, kind: Any, topic: str, profile: Any) -> Listened:
        assert profile is (qos.LATCHED if topic == "tf_static" else transforms.LISTENED)
        return found.setdefault(topic, Listened(0))

    monkeypatch.setattr(transforms, "tf_message", lambda: SimpleNamespace)
    monkeypatch.setattr(qos, "publisher", publisher)
    return found


def test_static_ones_are_said_at_the_start_and_moving_ones_to_listeners_alone(
    made: dict[str, Listened],
) -> None:
    node: Any = SimpleNamespace()
    said = Transforms(node, ROBOT, RATE_HZ)
    assert set(made) == {"tf", "tf_static"}
    said.begin(STAMP_NS)
    assert made["tf_static"].sent == [stamped(static_transforms(ROBOT), STAMP_NS)]
    for tick in range(round(SECONDS * RATE_HZ)):
        said.tick(ESTIMATE, STAMP_NS + tick)
    assert made["tf"].sent == []
    assert made["tf"].asked == SECONDS * MOST_HZ
    made["tf"].listeners = 1
    for tick in range(1, round(SECONDS * RATE_HZ) + 1):
        said.tick(ESTIMATE, tick)
    assert len(made["tf"].sent) == SECONDS * MOST_HZ
    assert made["tf"].sent[0] == stamped(moving_transforms(ROBOT, ESTIMATE), 4)
    for _ in range(8):
        said.tick(ESTIMATE, 0)
    assert len(made["tf"].sent) == SECONDS * MOST_HZ, "before the first IMU sample it has no time"


def test_where_tf2_msgs_is_missing_it_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transforms, "tf_message", lambda: None)
    words: list[str] = []
    node: Any = SimpleNamespace(get_logger=lambda: SimpleNamespace(info=words.append))
    said = Transforms(node, ROBOT, RATE_HZ)
    said.begin(STAMP_NS)
    for _ in range(100):
        said.tick(ESTIMATE, STAMP_NS)
    (sentence,) = words
    assert sentence.startswith("tf2_msgs is not installed: no /tf")
