"""Messages in the order of time, and stamps that are moved without touching anything else."""

import random
from pathlib import Path

import pytest
from builtin_interfaces.msg import Time
from hypothesis import given
from hypothesis import strategies as st
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import Imu, JointState
from std_msgs.msg import String

from ballbot_fusion.recording.bag_file import Message, Topic
from ballbot_fusion.recording.bag_reader import Bag, open_bag
from ballbot_fusion.recording.bag_writer import BagWriter, Limits
from ballbot_fusion.recording.contract import TOPIC
from ballbot_fusion.recording.playback import (
    PlaybackError,
    in_time,
    played,
    stamp_ns,
    with_stamp,
)

JOINTS = Topic("/joint_states", "sensor_msgs/msg/JointState")
WORDS = Topic("/instruction", "std_msgs/msg/String")
SECOND = 1_000_000_000


def written(folder: Path, messages: list[Message]) -> Bag:
    writer = BagWriter(folder, Limits(keep_free_bytes=0, sync=False), {})
    assert all(writer.put(message) for message in messages)
    writer.close()
    return open_bag(folder)


def words(text: str, sent_ns: int, received_ns: int, topic: Topic = WORDS) -> Message:
    return Message(topic, bytes(serialize_message(String(data=text))), received_ns, sent_ns)


def test_what_was_written_topic_by_topic_is_played_in_order(tmp_path: Path) -> None:
    rng = random.Random(0)
    messages = [words(str(k), 1 + k * SECOND // 100, k * SECOND // 100) for k in range(300)]
    late = sorted(messages, key=lambda m: m.log_ns + rng.randrange(SECOND // 2))
    times = [time_ns for time_ns, _ in in_time(written(tmp_path / "bag", late))]
    assert times == [message.publish_ns for message in messages]


def test_a_message_of_unknown_sending_is_played_when_it_was_received(tmp_path: Path) -> None:
    """So is what was latched before the recording began."""
    begin = 100 * SECOND
    messages = [
        words("a", 0, begin + 7),
        words("b", begin + 3, begin + 9),
        words("c", 1, begin + 5),
    ]
    bag = written(tmp_path / "bag", messages)
    assert [time_ns - begin for time_ns, _ in in_time(bag)] == [3, 5, 7]


@given(st.integers(0, (1 << 31) * SECOND - 1), st.integers(0, (1 << 31) * SECOND - 1))
def test_only_the_stamp_is_moved(before: int, after: int) -> None:
    sent = Imu()
    sent.header.stamp = Time(sec=before // SECOND, nanosec=before % SECOND)
    sent.header.frame_id = "imu_link"
    sent.angular_velocity.x = 0.25
    data = bytes(serialize_message(sent))
    message = Message(Topic("/imu/data", "sensor_msgs/msg/Imu"), data, 0, 0)
    assert stamp_ns(message) == before
    moved = with_stamp(data, after)
    assert stamp_ns(message._replace(data=moved)) == after
    assert with_stamp(moved, before) == data
    assert deserialize_message(moved, Imu).angular_velocity.x == 0.25


def test_what_has_no_stamp_or_is_cut_off_has_none() -> None:
    assert stamp_ns(words("a", 1, 1)) is None
    whole = bytes(serialize_message(JointState()))
    assert stamp_ns(Message(JOINTS, whole[:10], 1, 1)) is None
    assert stamp_ns(Message(JOINTS, whole, 1, 1)) == 0


@pytest.mark.parametrize(
    ("topic", "said"),
    [("/lockstep/manifest", "recorded in lockstep"), ("/else", f"no message on {TOPIC}")],
)
def test_what_cannot_be_played_is_refused_in_words(tmp_path: Path, topic: str, said: str) -> None:
    other = Topic(topic, "std_msgs/msg/String")
    bag = written(tmp_path / "bag", [words("a", 1, 1, other)])
    with pytest.raises(PlaybackError, match=said):
        played(bag)
