"""What the doctor and calibrations hear: all of it, however seldom they have the processor."""

import pytest
from sensor_msgs.msg import Imu

from ballbot_fusion.nodes import qos
from ballbot_fusion.operation.client import client, until
from ballbot_fusion.operation.doctor_ears import Ears

COUNT = 1000
"""A second of a fast IMU."""


@pytest.mark.usefixtures("ros_domain_id")
def test_who_is_kept_from_listening_for_a_second_has_missed_nothing() -> None:
    with client(name="test") as node:
        publisher = node.create_publisher(Imu, "imu", qos.SENSOR)
        ears = Ears(node, {"imu/data": ("imu", "sensor_msgs/msg/Imu")}, "", {})
        assert until(node, publisher.get_subscription_count)
        message = Imu()
        for number in range(COUNT):
            message.header.stamp.nanosec = number
            publisher.publish(message)
        ears.listen(1.0)
        assert ears.heard["imu/data"].stamps_ns == list(range(COUNT))
