"""Two depth cameras at 30 Hz, whose frames were rendered before and are published over and over."""

import time
from pathlib import Path
from typing import Any

from rclpy.node import Node
from sensor_msgs.msg import Image

from ballbot_fusion.bench.live import bare
from ballbot_fusion.bench.live.streams import read_images
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.topic_names import image_topics
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.conversion import stamp
from ballbot_fusion.nodes.sensor_messages import image_message

PERIOD_NS = 33_333_333


class Cameras:
    """Publishes a frame of both cameras at every period, stamped with the moment."""

    def __init__(self, node: Node, settings: dict[str, Any]) -> None:
        """Take the ring of frames from the file ``images``."""
        ring = read_images(Path(settings["images"]))
        self._ring = [[image_message(sample, 0) for sample in pair] for pair in ring]
        self._topics = [
            qos.publisher(node, Image, topic, qos.IMAGE)
            for topic in image_topics(RobotConfig()).values()
        ]
        self._number, self._due_ns = 0, time.monotonic_ns()

    def __call__(self) -> None:
        """Wait for the next period; frames that were missed are not made good."""
        self._due_ns += PERIOD_NS
        left_ns = self._due_ns - time.monotonic_ns()
        if left_ns > 0:
            time.sleep(left_ns * 1e-9)
        elif -left_ns > PERIOD_NS:
            self._due_ns = time.monotonic_ns()
        moment = stamp(time.time_ns())
        for publisher, message in zip(
            self._topics, self._ring[self._number % len(self._ring)], strict=True
        ):
            message.header.stamp = moment
            publisher.publish(message)
        self._number += 1


if __name__ == "__main__":
    bare.run("bench_cameras", Cameras)
