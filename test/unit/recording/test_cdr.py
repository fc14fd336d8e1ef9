"""Messages read without ROS, against rclpy's own: the samples are the same."""

import numpy as np
import pytest
from geometry_msgs.msg import Twist, TwistStamped
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mcap_ros2.decoder import DecoderFactory
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import Image
from std_msgs.msg import String

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ColorSample, DepthSample, Source
from ballbot_fusion.nodes import conversion
from ballbot_fusion.nodes.recorded_topics import recorded_topics
from ballbot_fusion.nodes.sensor_messages import image_message
from ballbot_fusion.recording import cdr
from ballbot_fusion.recording.schemas import schema_of

numbers = st.floats(width=64)
STAMP_NS = 1_790_000_000_123_456_789
depths = hnp.arrays(
    st.sampled_from([np.dtype(np.uint16), np.dtype(np.float32)]),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
)


@given(depths, st.text("abc_/", max_size=9))
def test_depth_is_read_as_the_nodes_read_it(image, frame_id):
    encoding = "16UC1" if image.dtype == np.uint16 else "32FC1"
    sent = DepthSample(Source.CAMERA_1, STAMP_NS, 0, image, encoding, frame_id)
    message = image_message(sent, STAMP_NS)
    data = bytes(serialize_message(message))
    found = cdr.image_sample(data, Source.CAMERA_1, "depth")
    assert (found.stamp_ns, found.content_hash) == (STAMP_NS, sent.content_hash)
    assert found.content_hash == conversion.depth_sample(message, 0, Source.CAMERA_1).content_hash


def test_colour_and_nonsense_are_read_as_the_nodes_read_them():
    picture = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    message = image_message(ColorSample(Source.CAMERA_0, 5, 0, picture, "bgr8", "lens"), 5)
    for encoding, step in (("bgr8", 9), ("what?", 9), ("bgr8", 2), ("bgr8", 4000)):
        message.encoding, message.step = encoding, step
        data = bytes(serialize_message(message))
        wanted = conversion.color_sample(message, 0, Source.CAMERA_0)
        found = cdr.image_sample(data, Source.CAMERA_0, "color")
        assert found.content_hash == wanted.content_hash
    message.header.stamp.nanosec = 2_000_000_000
    with pytest.raises(ValueError, match="less than a second"):
        cdr.image_sample(bytes(serialize_message(message)), Source.CAMERA_0, "color")


@given(numbers, numbers, numbers, st.text("ab", max_size=5))
def test_commands_are_read_as_the_nodes_read_them(x, y, yaw, frame_id):
    stamped = TwistStamped()
    stamped.header.frame_id = frame_id
    twist = stamped.twist
    twist.linear.x, twist.linear.y, twist.angular.z = x, y, yaw
    assert isinstance(twist, Twist)
    wanted = conversion.command_sample(twist, 0).content_hash
    for message, kind in ((twist, False), (stamped, True)):
        found = cdr.command_sample(bytes(serialize_message(message)), stamped=kind)
        assert found.content_hash == wanted


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_words_are_read_as_they_were_said(text):
    assert cdr.string(bytes(serialize_message(String(data=text)))) == text


@given(st.binary(max_size=80))
def test_any_bytes_give_a_sample_or_a_value_error(data):
    reads = cdr.readers(("depth", "color"), stamped_command=False).values()
    for content in (data, b"\x00\x01\x00\x00" + data):
        for read in reads:
            try:
                read(content)
            except ValueError:
                continue


def kinds():
    found = {}
    for lockstep in (False, True):
        topics = recorded_topics(RobotConfig(), lockstep=lockstep, stamped_command=lockstep)
        found |= {recorded.kind.__name__: recorded.kind for recorded in topics}
    return found


@pytest.mark.parametrize("name", kinds())
def test_a_reader_that_knows_only_the_schema_reads_every_recorded_type(name):
    """What Foxglove does: the schema text says how the bytes are to be read."""

    class SchemaRecord:
        def __init__(self, kind, text):
            self.id, self.name, self.encoding, self.data = 1, kind, "ros2msg", text.encode()

    kind = kinds()[name]
    module = kind.__module__.partition(".msg")[0]
    full = f"{module}/msg/{name}"
    decode = DecoderFactory().decoder_for("cdr", SchemaRecord(full, schema_of(full)))
    message = kind()
    fields = message.get_fields_and_field_types()
    if "name" in fields and fields["name"].startswith("sequence"):
        message.name = ["a", "bc"]
    data = bytes(serialize_message(message))
    read = decode(data)
    assert set(fields) <= set(dir(read))
    assert deserialize_message(data, kind) == message
    if hasattr(message, "name") and name == "JointState":
        assert list(read.name) == ["a", "bc"]


def test_the_image_of_a_reader_that_knows_only_the_schema_is_the_one_that_was_sent():
    message = Image(height=2, width=2, encoding="16UC1", step=4, data=[1, 2, 3, 4, 5, 6, 7, 8])

    class SchemaRecord:
        id, name, encoding = 1, "sensor_msgs/msg/Image", "ros2msg"
        data = schema_of("sensor_msgs/msg/Image").encode()

    read = DecoderFactory().decoder_for("cdr", SchemaRecord())(bytes(serialize_message(message)))
    assert (read.height, read.encoding, bytes(read.data)) == (2, "16UC1", bytes(range(1, 9)))
