"""robot.launch.py beside drivers that speak as a robot's do; it is not quite as its file says."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import pytest
from geometry_msgs.msg import Twist
from rclpy.node import Node
from std_srvs.srv import Trigger
from support.hardware import HARDWARE, in_lockstep

from ballbot_fusion.nodes import qos
from ballbot_fusion.operation.client import call, client, until
from ballbot_fusion.operation.diagnostics import Diagnostics, Values
from ballbot_fusion.operation.launched import Launched

ROBOTS = [
    ("", "effort", "float64_multi_array", "640x480"),
    ("robot_1", "velocity", "float64_multi_array_velocity", "424x240"),
]
"""Namespace, what the motors' driver takes, what robot.launch.py is told of it, size of images."""
OURS = {"imu/data", "ground_truth/odom", "camera_0/depth/image_rect_raw"}
"""Topics of the simulation that a robot's drivers do not have."""


def examined(folder: Path, namespace: str, command_type: str) -> list[dict[str, str]]:
    """What `ballbot doctor` finds while the robot balances."""
    told = folder / "doctor.json"
    command = [
        "ballbot", "doctor", "--robot", str(HARDWARE / "robot.yaml"), "--seconds", "1", "--json",
        str(told), "--topics", str(HARDWARE / "topics.yaml"), "--command-type",
        command_type, "--namespace", namespace,
    ]  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=120)
    found: list[dict[str, str]] = json.loads(told.read_text())
    return found


@pytest.fixture
def operator(ros_domain_id: int) -> Iterator[Node]:
    with client(name="test") as node:
        yield node


def _driven(operator: Node, topic: str, velocity: float) -> None:
    """Say on ``topic`` 20 times a second how fast to go, m/s; return when somebody listens."""
    publisher = operator.create_publisher(Twist, topic, qos.COMMAND)
    command = Twist()
    command.linear.x = velocity
    operator.create_timer(0.05, lambda: publisher.publish(command))
    assert until(operator, publisher.get_subscription_count, 30.0), f"nobody listens to {topic}"


def _mean_speed(said: Diagnostics, bridge: str, seconds: float) -> float:
    """Mean of what the bridge says over simulated ``seconds``, m/s: of a moment, it swings."""
    heard: dict[float, float] = {}
    end_s = float(said.values[bridge]["upright_s"]) + seconds

    def over(values: Values) -> bool:
        upright_s = float(values[bridge]["upright_s"])
        heard[upright_s] = float(values[bridge]["speed"])
        return upright_s > end_s

    assert said.await_(over, 120.0), heard
    return fmean(heard.values())


@pytest.mark.parametrize(("namespace", "commands", "command_type", "size"), ROBOTS)
def test_it_balances_a_robot_that_offers_only_what_drivers_do(
    namespace: str, commands: str, command_type: str, size: str, operator: Node, tmp_path: Path
) -> None:
    place = [f"namespace:={namespace}"] if namespace else []
    below = f"{namespace}/" if namespace else ""
    bridge, inference, safety = (below + n for n in ("mujoco_bridge", "inference", "safety"))
    hidden, config = in_lockstep(tmp_path)
    said = Diagnostics(operator)
    with (
        Launched(
            "hardware.launch.py", "mode:=lockstep", f"hidden:={hidden}", *place,
            f"commands:={commands}", f"depth_size:={size}", log=tmp_path / "hardware",
        ) as drivers,
        Launched(
            "robot.launch.py", f"config:={config}", f"robot:={HARDWARE / 'robot.yaml'}",
            f"topics:={HARDWARE / 'topics.yaml'}", f"command_type:={command_type}",
            "dry_run:=false", "record:=none", *place, log=tmp_path / "robot",
        ) as robot,
    ):  # fmt: skip
        both = lambda: drivers.text + robot.text + str(said.values)  # noqa: E731
        assert said.await_(lambda v: float(v[inference]["ticks"]) > 100, 90.0), both()
        topics = {name.strip("/") for name, _ in operator.get_topic_names_and_types()}
        assert not topics & {below + topic for topic in OURS}
        assert below + "imu_sensor_broadcaster/imu" in topics
        assert any(
            call(operator, Trigger, f"{safety}/arm", Trigger.Request()).success
            and said.await_(lambda v: v[safety]["mode"] == "ARMED", 5.0)
            for _ in range(10)
        ), both()
        assert said.await_(lambda v: float(v[bridge]["upright_s"]) > 3.0, 120.0), both()
        assert said.values[bridge]["fell"] == "False"
        assert said.values[inference]["message"] == "all modalities trusted"
        assert float(said.values[safety]["policy_share"]) == 1.0
        _driven(operator, below + "cmd_vel", 0.3)
        # From when it is driven on: on a busy machine it has stood for long until it is.
        until_s = float(said.values[bridge]["upright_s"]) + 5.0
        assert said.await_(lambda v: float(v[bridge]["upright_s"]) > until_s, 120.0), both()
        assert _mean_speed(said, bridge, 5.0) == pytest.approx(0.3, abs=0.1)
        assert said.values[bridge]["fell"] == "False"
        assert float(said.values[safety]["policy_share"]) == 1.0
        found = examined(tmp_path, namespace, command_type)
        assert {f["state"] for f in found if f["check"] == "topic"} == {"ok"}, both()
        assert "Traceback" not in drivers.text + robot.text
