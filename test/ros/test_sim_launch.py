"""sim.launch.py in real time: what it shows, what it holds, and what cannot make it fall."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from math import inf, nan
from pathlib import Path

import pytest
from geometry_msgs.msg import Twist
from rclpy.node import Node, NodeNameNonExistentError
from sensor_msgs.msg import Image, Imu, JointState
from support.graph import NODES, addresses, shared_memory

from ballbot_fusion.nodes import exit_codes, qos
from ballbot_fusion.nodes.start_up import SIMULATION
from ballbot_fusion.operation.client import client, settled
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched


@pytest.fixture
def operator(sim: Launched) -> Iterator[Node]:
    assert sim.process.poll() is None
    with client(name="test") as node:
        yield node


@pytest.fixture
def said(operator: Node) -> Diagnostics:
    return Diagnostics(operator)


def test_every_process_runs_and_a_status_line_comes_each_second(sim: Launched) -> None:
    assert set(NODES) <= set(sim.processes().values())
    sim.says("joint_states")
    line = next(line for line in sim.text.splitlines() if "rtf" in line)
    for word in ("upright", "tilt", "speed", "imu", "camera_0", "camera_1", "control", "p99"):
        assert word in line


def test_it_warns_of_nothing(sim: Launched) -> None:
    """A warning at every start is one that nobody reads when it matters."""
    assert "[WARN]" not in sim.text.split("ARMED: armed")[0]


def test_it_is_bound_to_this_machine_alone(sim: Launched) -> None:
    for number, name in sim.processes().items():
        if name in NODES:
            sim.await_(lambda: bool(addresses(number)), f"{name} opens its sockets")  # noqa: B023
            assert addresses(number) == {"127.0.0.1"}, name


def test_what_balances_maps_no_shared_memory(sim: Launched) -> None:
    """A process that is killed while it holds a segment can freeze those who share it."""
    assert shared_memory(sim.process_id("camera_bridge")), "the test would see some"
    for name in ("mujoco_bridge", "safety"):
        assert shared_memory(sim.process_id(name)) == set()


def test_every_process_has_its_turn(sim: Launched, said: Diagnostics) -> None:
    assert said.await_(lambda values: {"cameras", *NODES} - {"camera_bridge"} <= set(values), 10.0)
    not_asked_for = {"recorder", "dashboard", "failing_inference"}
    for name in SIMULATION.keys() - not_asked_for:
        place = SIMULATION[name]
        number = sim.process_id(name)
        found = {
            "priority": os.sched_getparam(number).sched_priority,
            "niceness": os.getpriority(os.PRIO_PROCESS, number),
        }
        told = said.values["cameras" if name == "camera_bridge" else name]
        if told["scheduling"].startswith("normal"):
            assert "limits.conf" in told["scheduling"], "only where it is not permitted"
        else:
            assert found | place == found, name
        first = place.get("priority", 0) > 0 or place.get("niceness", 0) < 0
        assert first or told["memory"] == "not locked"


def test_inference_does_not_hear_the_truth(
    sim: Launched, operator: Node, said: Diagnostics
) -> None:
    assert said.await_(lambda values: values["inference"]["policy"] == "concat", 10.0)

    def heard() -> set[str]:
        try:
            found = operator.get_subscriber_names_and_types_by_node("inference", "/")
        except NodeNameNonExistentError:  # it is heard, and not yet discovered
            return set()
        return {topic for topic, _ in found}

    topics = settled(heard, 10.0)
    assert "/imu/data" in topics
    assert not any("ground_truth" in topic or topic.startswith("/bridge") for topic in topics)


def test_rates_as_received(said: Diagnostics) -> None:
    def all_there(values: dict[str, dict[str, str]]) -> bool:
        streams = ("imu", "encoders", "camera_0", "camera_1")
        return all(values["inference"][f"{name}.reason"] == "OK" for name in streams)

    assert said.await_(all_there, 30.0), said.values


def garbage() -> list[tuple[type, str, object]]:
    """What broken drivers and users send."""
    bad_imu = Imu()
    bad_imu.angular_velocity.x, bad_imu.linear_acceleration.z = nan, inf
    far = Imu()
    far.header.frame_id = "somewhere"
    far.header.stamp.sec = 2**31 - 1
    twist = Twist()
    twist.linear.x, twist.angular.z = nan, -inf
    names = ["wheel_0_joint", "wheel_1_joint", "wheel_2_joint"]
    return [
        (Imu, "imu/data", bad_imu),
        (Imu, "imu/data", far),
        (JointState, "joint_states", JointState(name=["knee"], position=[nan])),
        (JointState, "joint_states", JointState(name=names, velocity=[inf, 0.0, 0.0])),
        (Image, "camera_0/depth/image_rect_raw", Image(height=4000, width=4000, encoding="16UC1")),
        (Image, "camera_1/depth/image_rect_raw", Image(encoding="rgb8")),
        (Twist, "cmd_vel", twist),
        (JointState, "policy_command", JointState(name=names, effort=[nan, inf, 1e9])),
        (JointState, "policy_command", JointState(name=["knee"], effort=[1.0])),
    ]


def test_the_example_drives_round_its_square(sim: Launched) -> None:
    assert sim.process.poll() is None
    example = Path(__file__).parents[2] / "examples" / "square.py"
    command = [sys.executable, str(example), "--side", "0.5"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120.0)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("corner reached") == 4, done.stderr


def test_nonsense_on_every_topic_kills_nobody(
    sim: Launched, operator: Node, said: Diagnostics
) -> None:
    before = sim.processes()
    senders = [
        (
            operator.create_publisher(
                kind, topic, qos.SENSOR if kind is not Twist else qos.COMMAND
            ),
            m,
        )
        for kind, topic, m in garbage()
    ]
    said.pass_time(1.0)
    for _ in range(20):
        for publisher, message in senders:
            publisher.publish(message)
        said.pass_time(0.05)
    for publisher, _ in senders:
        operator.destroy_publisher(publisher)
    assert said.await_(lambda v: v["safety"]["mode"] == "ARMED", 10.0), said.values.get("safety")
    assert said.values["mujoco_bridge"]["fell"] == "False"
    assert sim.processes() == before
    assert "Traceback" not in sim.text


def test_a_killed_policy_is_caught_by_the_fallback_and_takes_over_again(
    sim: Launched, said: Diagnostics
) -> None:
    for _ in range(3):
        assert said.await_(lambda v: v["safety"]["mode"] == "ARMED", 30.0), said.values
        killed = sim.process_id("inference")
        os.kill(killed, signal.SIGKILL)
        assert said.await_(lambda v: v["safety"]["mode"] == "FALLBACK", 5.0), said.values
    assert said.await_(lambda v: v["safety"]["mode"] == "ARMED", 30.0), said.values
    assert said.await_(lambda v: v["mujoco_bridge"]["fell"] == "False", 5.0)


def test_ctrl_c_ends_everything_cleanly(sim: Launched) -> None:
    """Last in this file: it ends what the others look at."""
    sim.interrupt()
    began = time.monotonic()
    assert sim.wait(10.0) == 0, sim.text
    assert time.monotonic() - began < 5.0
    assert sim.processes() == {}
    assert "Traceback" not in sim.text
    # Whoever hangs in the middleware by then ends itself, having done all that matters: leaving.py.
    died = re.findall(r"has died .*exit code ([-\d]+)", sim.text.split("SIGINT")[-1])
    assert set(map(int, died)) <= {exit_codes.STUCK}


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize("after_s", [0.1, 0.6, 1.2, 2.0])
def test_ctrl_c_at_any_moment_of_the_start(after_s: float, tmp_path: Path) -> None:
    with Launched("sim.launch.py", log=tmp_path / "log") as launch:
        time.sleep(after_s)
        launch.interrupt()
        code = launch.wait(10.0)
        assert "Traceback" not in launch.text
        assert code in (0, -signal.SIGINT if after_s < 0.5 else 0), launch.text
        assert launch.processes() == {}
