"""/tf and /tf_static of a running robot, where tf2_msgs is installed."""

from collections.abc import Iterator
from math import hypot
from pathlib import Path
from typing import Any

import pytest
from rclpy.node import Node

from ballbot_fusion.core.frames import mounts
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.transforms import LISTENED, tf_message
from ballbot_fusion.operation.client import client, until
from ballbot_fusion.operation.launched import Launched

FILE = "launch.log"
pytestmark = pytest.mark.skipif(tf_message() is None, reason="tf2_msgs is not installed here")


@pytest.fixture
def operator(ros_domain_id: int) -> Iterator[Node]:
    with client(name="test") as node:
        yield node


@pytest.mark.parametrize("namespace", ["", "robot_1"])
def test_the_whole_tree_is_said(operator: Node, tmp_path: Path, namespace: str) -> None:
    """In a namespace of its own topics, and with the frame names of the robot file."""
    below = f"/{namespace}" if namespace else ""
    tree: dict[str, Any] = {}

    def hear(message: Any) -> None:
        tree.update((entry.child_frame_id, entry) for entry in message.transforms)

    kind: Any = tf_message()
    operator.create_subscription(kind, f"{below}/tf", hear, LISTENED)
    operator.create_subscription(kind, f"{below}/tf_static", hear, qos.LATCHED)
    wanted = {"base_footprint": "odom", "base_link": "base_footprint"}
    wanted |= {mount.child: mount.parent for mount in mounts(RobotConfig())}
    arguments = [f"namespace:={namespace}"] if namespace else []
    with Launched("sim.launch.py", "mode:=lockstep", *arguments, log=tmp_path / FILE) as launch:
        assert until(operator, lambda: tree.keys() >= wanted.keys(), 60.0), launch.text
    assert {child: entry.header.frame_id for child, entry in tree.items()} == wanted
    place = tree["base_footprint"].transform.translation
    assert hypot(place.x, place.y) < 1.0
    assert tree["base_link"].transform.translation.z == RobotConfig().ball.radius
