"""Messages in their wire form, written and read by hand, against rclpy's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import Imu, JointState
from std_msgs.msg import Float64MultiArray

from ballbot_fusion.core.samples import ImuSample, JointSample, Source
from ballbot_fusion.nodes import conversion, wire, wire_out
from ballbot_fusion.recording import cdr

numbers = st.floats(width=64)
vectors = st.tuples(numbers, numbers, numbers)
quaternions = st.tuples(numbers, numbers, numbers, numbers)
stamps = st.integers(0, 2**31 * 10**9 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
lists = st.lists(numbers, max_size=5).map(tuple)


@st.composite
def imu_samples(draw):
    orientation = draw(st.none() | quaternions)
    return ImuSample(
        Source.IMU, draw(stamps), 7, draw(vectors), draw(vectors), orientation, draw(texts)
    )


@st.composite
def joint_samples(draw):
    names = tuple(draw(st.lists(texts, max_size=4)))
    return JointSample(
        Source.ENCODERS, draw(stamps), 7, names, draw(lists), draw(lists), draw(lists)
    )


def same(first, second):
    """Compare what was said; NaN is equal to itself."""
    return (first.stamp_ns, first.content_hash) == (second.stamp_ns, second.content_hash)


@given(imu_samples())
def test_rclpy_reads_the_imu_as_it_was_written(sample):
    message = deserialize_message(wire_out.imu_bytes(sample, sample.stamp_ns), Imu)
    assert same(conversion.imu_sample(message, 7), sample)
    assert not message.orientation_covariance[1:].any()
    assert not message.angular_velocity_covariance.any()
    assert not message.linear_acceleration_covariance.any()


@given(imu_samples())
def test_the_imu_is_read_as_it_was_written(sample):
    data = wire_out.imu_bytes(sample, sample.stamp_ns)
    assert same(wire.imu_sample(data, 7), sample)


@given(joint_samples())
def test_rclpy_reads_joints_as_they_were_written(sample):
    message = deserialize_message(wire_out.joint_bytes(sample, sample.stamp_ns), JointState)
    assert same(conversion.joint_sample(message, 7, Source.ENCODERS), sample)


@given(joint_samples())
def test_joints_are_read_as_they_were_written(sample):
    data = wire_out.joint_bytes(sample, sample.stamp_ns)
    assert same(wire.joint_sample(data, 7, Source.ENCODERS), sample)


@given(texts, vectors, stamps)
def test_efforts_say_who_drives(driver, effort, stamp_ns):
    names = ("wheel_0_joint", "wheel_1_joint", "wheel_2_joint")
    data = wire_out.effort_bytes(names, effort, stamp_ns, driver)
    message = deserialize_message(data, JointState)
    assert message.header.frame_id == driver
    assert message.name == list(names)
    assert repr(tuple(message.effort)) == repr(effort)
    assert conversion.nanoseconds(message.header.stamp) == stamp_ns
    assert not message.position
    assert not message.velocity


heads = st.just(wire.PLAIN_LITTLE_ENDIAN + b"\0\0") | st.binary(max_size=4)


@given(heads, st.binary(max_size=200))
def test_nonsense_gives_samples_without_content(head, data):
    """In whatever encoding it claims to be: a node that raises here is a robot that falls."""
    assert wire.imu_sample(head + data, 7).source is Source.IMU
    assert wire.joint_sample(head + data, 7, Source.MOTORS).source is Source.MOTORS


def test_what_is_too_long_is_not_read():
    names = tuple(f"joint_{k}" for k in range(20_000))
    sample = JointSample(Source.ENCODERS, 1, 7, names, (), (0.0,) * len(names), ())
    data = wire_out.joint_bytes(sample, 1)
    assert len(data) > wire.LARGEST
    assert wire.joint_sample(data, 7, Source.ENCODERS).names == ()
    assert wire.imu_sample(data, 7).angular_velocity == ()


@pytest.mark.parametrize("nanos", [1_000_000_000, 2**32 - 1])
def test_a_stamp_that_is_no_time_is_not_read(nanos):
    """Trusted by two sensors together, it would end in a command that cannot be stamped."""
    for kind, read in ((Imu, wire.imu_sample), (JointState, joints_of)):
        message = kind()
        message.header.stamp.sec, message.header.stamp.nanosec = 2**31 - 1, nanos
        little = bytes(serialize_message(message))
        assert read(little, 7).stamp_ns == 0
    with pytest.raises(ValueError, match="ns"):
        conversion.nanoseconds(message.header.stamp)


def joints_of(data, arrival_ns):
    return wire.joint_sample(data, arrival_ns, Source.ENCODERS)


@given(st.lists(st.floats(allow_nan=False)), st.lists(st.tuples(texts, st.integers(0, 2**32 - 1))))
def test_arrays_are_read_as_they_were_written(values, parts):
    data = wire_out.float_array_bytes(values, parts)
    message = deserialize_message(data, Float64MultiArray)
    assert list(message.data) == values
    assert [(entry.label, entry.size) for entry in message.layout.dim] == parts
    assert list(cdr.float_array(data)) == values
    assert list(cdr.float_array(serialize_message(message))) == values
    again = cdr.float_array_bytes(data, [*values, 1.0])
    assert list(deserialize_message(again, Float64MultiArray).data) == [*values, 1.0]
