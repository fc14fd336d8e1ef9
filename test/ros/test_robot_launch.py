"""robot.launch.py beside drivers: disarmed, dry, and what arming then changes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_srvs.srv import Trigger

from ballbot_fusion.core.topic_names import EFFORTS, MOTOR_TOPICS, VELOCITIES
from ballbot_fusion.nodes import qos, start_up
from ballbot_fusion.operation.client import call, client
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.recording.bag_summary import summary_of


@pytest.fixture
def drivers(ros_domain_id: int) -> Iterator[subprocess.Popen[bytes]]:
    """The simulated robot's drivers alone; nobody commands them."""
    code = "from ballbot_fusion.nodes.executables import mujoco_bridge; mujoco_bridge()"
    environment = {**os.environ, **start_up.environment("udp", "local")}
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    yield process
    time.sleep(1.0)  # peers that vanish while it leaves may lock the middleware up, see leaving.py
    process.send_signal(signal.SIGINT)
    assert process.wait(10.0) == 0


@pytest.fixture
def operator(drivers: subprocess.Popen[bytes]) -> Iterator[Node]:
    assert drivers.poll() is None
    with client(name="test") as node:
        yield node


def arm(operator: Node, said: Diagnostics) -> None:
    """Ask until every precondition holds: the policy must have been good for a while."""

    def armed() -> bool:
        call(operator, Trigger, "safety/arm", Trigger.Request())
        return said.await_(lambda v: v["safety"]["mode"] == "ARMED", 1.0)

    assert any(armed() for _ in range(10)), said.values


def recording(folder: Path) -> str:
    return f"record:={folder / 'bags'}"


def test_it_starts_disarmed_and_dry(operator: Node, tmp_path: Path) -> None:
    efforts: list[float] = []
    operator.create_subscription(
        JointState, "motor_commands", lambda m: efforts.extend(m.effort), qos.COMMAND
    )
    said = Diagnostics(operator)
    with Launched("robot.launch.py", recording(tmp_path), log=tmp_path / "log") as launch:
        assert said.await_(lambda v: float(v["inference"]["ticks"]) > 100, 30.0), launch.text
        assert said.await_(lambda v: v["safety"]["dry_run"] == "True", 5.0), said.values
        assert said.values["safety"]["mode"] == "DISARMED"
        arm(operator, said)
        said.pass_time(0.5)
        assert len(efforts) > 100
        assert set(efforts) == {0.0}
        launch.interrupt()
        assert launch.wait(5.0) == 0
        assert "Traceback" not in launch.text
        assert launch.processes() == {}
    (bag,) = (tmp_path / "bags").iterdir()
    counts = {row["topic"]: row["messages"] for row in summary_of(open_bag(bag))["topics"]}
    assert min(counts["/imu/data"], counts["/inference/trace"], counts["/motor_commands"]) > 100


def test_a_camera_that_is_not_used_is_not_listened_to(operator: Node, tmp_path: Path) -> None:
    said = Diagnostics(operator)
    arguments = ("cameras:=camera_0", "record:=none")
    with Launched("robot.launch.py", *arguments, log=tmp_path / "launch.log") as robot:
        assert said.await_(lambda v: float(v["inference"]["ticks"]) > 100, 30.0), robot.text
        heard = [
            {end.node_name for end in operator.get_subscriptions_info_by_topic(topic)}
            for topic in ("camera_0/depth/image_rect_raw", "camera_1/depth/image_rect_raw")
        ]
        assert ["inference" in names for names in heard] == [True, False]
        assert "Traceback" not in robot.text


def test_armed_and_not_dry_it_balances_until_somebody_else_commands(
    operator: Node, tmp_path: Path
) -> None:
    said = Diagnostics(operator)
    with Launched(
        "robot.launch.py", "dry_run:=false", recording(tmp_path), log=tmp_path / "log"
    ) as launch:
        assert said.await_(lambda v: float(v["inference"]["ticks"]) > 100, 30.0), launch.text
        arm(operator, said)
        assert said.await_(lambda v: float(v["mujoco_bridge"]["upright_s"]) > 3.0, 15.0), (
            said.values
        )
        assert said.values["mujoco_bridge"]["fell"] == "False"
        stranger = operator.create_publisher(JointState, "motor_commands", qos.COMMAND)
        assert said.await_(lambda v: v["safety"]["mode"] == "FAULT", 5.0), said.values
        assert "2 publishers on the motor topic" in said.values["safety"]["reason"]
        operator.destroy_publisher(stranger)
        call(operator, Trigger, "safety/disarm", Trigger.Request())
        assert said.await_(lambda v: v["safety"]["mode"] == "DISARMED", 5.0)


@pytest.mark.parametrize("command_type", [EFFORTS, VELOCITIES])
def test_ros2_control_type(command_type: str, operator: Node, tmp_path: Path) -> None:
    from std_msgs.msg import Float64MultiArray

    robot = tmp_path / "robot.yaml"
    robot.write_text("motors: {velocity_gain: 0.4}\n")
    heard: list[Float64MultiArray] = []
    with Launched(
        "robot.launch.py",
        f"command_type:={command_type}",
        f"robot:={robot}",
        recording(tmp_path),
        log=tmp_path / "log",
    ) as launch:
        topic, _ = MOTOR_TOPICS[command_type]
        operator.create_subscription(Float64MultiArray, topic, heard.append, qos.COMMAND)
        said = Diagnostics(operator)
        assert said.await_(lambda _: len(heard) > 10, 20.0), launch.text
    assert all(list(message.data) == [0.0, 0.0, 0.0] for message in heard)
