"""Imu and JointState from their wire form: as recording/wire.py reads it, or else by rclpy.

What is encoded in any other way than plain little-endian CDR is left to rclpy.
"""

from rclpy.serialization import deserialize_message
from sensor_msgs.msg import Imu, JointState

from ballbot_fusion.core.samples import ImuSample, JointSample, Source
from ballbot_fusion.nodes import conversion
from ballbot_fusion.recording import wire
from ballbot_fusion.recording.wire import LARGEST, PLAIN_LITTLE_ENDIAN

UNREADABLE = (RuntimeError, ValueError)
"""What rclpy raises on bytes that are no message, and conversion on a stamp that is no time."""


def _is_foreign(data: bytes) -> bool:
    return data[:2] != PLAIN_LITTLE_ENDIAN and len(data) <= LARGEST


def imu_sample(data: bytes, arrival_ns: int) -> ImuSample:
    """Read a sensor_msgs/Imu; what cannot be read gives a sample without content."""
    if _is_foreign(data):
        try:
            return conversion.imu_sample(deserialize_message(data, Imu), arrival_ns)
        except UNREADABLE:
            return wire.no_imu(arrival_ns)
    return wire.imu_sample(data, arrival_ns)


def joint_sample(data: bytes, arrival_ns: int, source: Source) -> JointSample:
    """Read a sensor_msgs/JointState; what cannot be read gives a sample without content."""
    if _is_foreign(data):
        try:
            return conversion.joint_sample(
                deserialize_message(data, JointState), arrival_ns, source
            )
        except UNREADABLE:
            return wire.no_joints(arrival_ns, source)
    return wire.joint_sample(data, arrival_ns, source)
