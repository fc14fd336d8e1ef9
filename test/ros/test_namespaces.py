"""Two robots in one graph: each does what it does alone, and is told apart by everything."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import rclpy
from rclpy.signals import SignalHandlerOptions
from support import verbs
from support.verbs import ROOT

from ballbot_fusion.dashboard.node import Dashboard
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.evaluation.replay import Replay
from ballbot_fusion.evaluation.replay_policies import policies_of
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.recording.bag_summary import problems_of, summary_of

ROBOTS = ("robot_1", "robot_2")
data_of = partial(verbs.data_of, limit_s=120.0)
SECONDS, SEED = 1.5, 3
SHARED = {"/diagnostics", "/parameter_events", "/rosout"}
"""Topics that all nodes of a graph have in common, by ROS 2's own convention."""


# --- a whole run, recorded ---


@pytest.fixture(scope="module")
def run(module_ros_domain_id: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Summaries and recordings of two robots in lockstep."""
    folder = tmp_path_factory.mktemp("run")
    with Launched(
        "sim.launch.py", "robots:=2", "mode:=lockstep", f"seed:={SEED}", f"duration:={SECONDS}",
        f"summary:={folder / 'run.json'}", f"record:={folder / 'bags'}", log=folder / "launch.log",
    ) as launch:  # fmt: skip
        assert launch.wait(200.0) == 0, launch.text
        assert "Traceback" not in launch.text
    return folder


@pytest.mark.parametrize("number", [0, 1])
def test_each_does_to_the_bit_what_it_does_alone(run: Path, number: int) -> None:
    """The second with the next seed; and upright, with its policy in charge all the time."""
    found = json.loads((run / f"run_{ROBOTS[number]}.json").read_text())
    alone = data_of("sim", "--seed", str(SEED + number), "--seconds", str(SECONDS))
    assert found["trajectory_sha256"] == alone["trajectory_sha256"]
    assert found["upright_s"] == SECONDS
    assert found["policy_share"] == 1.0
    assert not found["fell"]


@pytest.mark.parametrize("name", ROBOTS)
def test_each_has_a_recording_of_its_own_that_is_replayed(run: Path, name: str) -> None:
    (folder,) = (run / "bags" / name).iterdir()
    bag = open_bag(folder)
    summary = summary_of(bag)
    assert problems_of(summary) == []
    heard = {row["topic"] for row in summary["topics"] if row["messages"]}
    assert {f"/{name}/imu/data", f"/{name}/motor_commands", f"/{name}/clock"} <= heard
    assert all(topic in SHARED or topic.startswith(f"/{name}/") for topic in heard)
    outcome = Replay(bag, policies_of(bag, policy_path("default").parent)).run()
    assert outcome.ticks > SECONDS * 200
    assert outcome.identical == outcome.ticks, outcome.differences[:3]


# --- two robots that run, and an operator of one of them ---


@pytest.fixture(scope="module")
def robots(
    module_ros_domain_id: int, run: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Launched]:
    """In lockstep, as long as it takes: no machine is too slow for that."""
    log = tmp_path_factory.mktemp("robots") / "launch.log"
    with Launched("sim.launch.py", "robots:=2", "mode:=lockstep", log=log) as launch:
        for name in ROBOTS:
            launch.says(f"[{name}.safety]: ARMED: armed", 120.0)
        yield launch
        assert "Traceback" not in launch.text


@pytest.fixture
def said(robots: Launched) -> Iterator[Diagnostics]:
    assert robots.process.poll() is None
    with client(name="test") as node:
        found = Diagnostics(node)
        for name in ROBOTS:
            assert found.await_(lambda v: v[f"{name}/mujoco_bridge"]["held"] == "False", 20.0)  # noqa: B023
        yield found


def speed(said: Diagnostics, name: str) -> float:
    """Of the ball, m/s."""
    return float(said.values[f"{name}/mujoco_bridge"]["speed"])


def test_a_command_to_one_does_not_reach_the_other(said: Diagnostics) -> None:
    assert said.await_(lambda _: max(speed(said, name) for name in ROBOTS) < 0.06, 60.0)
    command = [sys.executable, "-m", "ballbot_fusion.cli.main", "drive"]
    command += ["--namespace", "/robot_1", "--vx", "0.4", "--for", "60"]
    drive = subprocess.Popen(command, cwd=ROOT)
    try:
        others = []

        def moves(_: Any) -> bool:
            others.append(speed(said, "robot_2"))
            return speed(said, "robot_1") > 0.25

        assert said.await_(moves, 50.0), said.values
    finally:
        drive.terminate()
        drive.wait(10.0)
    assert max(others) < 0.1, "it stands meanwhile"


def test_topics_faults_parameters_and_pushes_of_one(said: Diagnostics) -> None:
    rows = data_of("topics", "--namespace", "robot_2", "--seconds", "1")
    names = {row["topic"] for row in rows}
    assert {"/robot_2/imu/data", "/robot_2/safety/state"} <= names
    assert all(name.startswith("/robot_2/") for name in names)
    (found,) = data_of(
        "fault", "imu", "noisy", "--size", "2", "--for", "1", "--namespace", "robot_1"
    )
    assert found["spoilt"] > 100
    force = {"push_force": 17.0}
    assert "17 N" in data_of("push", "--force", "17", "--namespace", "robot_1")["message"]
    asked = ("param", "get", "mujoco_bridge", "push_force", "--namespace")
    assert data_of(*asked, "robot_1") == force
    assert data_of(*asked, "robot_2") != force
    assert said.await_(lambda v: "fault_1" in v["robot_1/mujoco_bridge"], 5.0)
    assert "fault_1" not in said.values["robot_2/mujoco_bridge"]


def test_a_recording_of_one(robots: Launched, tmp_path: Path) -> None:
    found = data_of("record", str(tmp_path), "--seconds", "2", "--namespace", "robot_2")
    heard = {row["topic"] for row in found["topics"] if row["messages"]}
    assert {"/robot_2/imu/data", "/robot_2/inference/trace"} <= heard
    assert all(topic in SHARED or topic.startswith("/robot_2/") for topic in heard)


@contextmanager
def dashboard(namespace: str) -> Iterator[Dashboard]:
    """The node itself, as a launch file starts it; nobody looks at its page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = ["--ros-args", "-r", f"__ns:={namespace}", "-p", f"port:={port}"]
    rclpy.init(args=given, signal_handler_options=SignalHandlerOptions.NO)
    node = Dashboard()
    try:
        node.trigger_configure()
        assert node.configured, node.failure
        node.trigger_activate()
        yield node
    finally:
        node.finish()
        node.destroy_node()
        rclpy.try_shutdown()


def await_(node: Dashboard, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30.0
    while not condition():
        assert time.monotonic() < end, node.view.nodes
        node.work()


@pytest.mark.usefixtures("robots")
def test_the_dashboard_of_one_shows_and_asks_that_one_alone() -> None:
    with dashboard("/robot_1") as node:
        lines = node.view.line.events
        await_(node, lambda: {"mujoco_bridge", "inference", "safety"} <= node.view.nodes.keys())
        assert not any("/" in name for name in node.view.nodes)
        node.errands.fault("encoders late size 3 for 0.5")
        node.errands.push(12.0, 0.0)
        await_(node, lambda: any("operator: push: 12 N" in event.text for event in lines))
        assert any("encoders late size 3 for 0.5: switched on" in event.text for event in lines)
    asked = ("param", "get", "mujoco_bridge", "push_force", "--namespace")
    assert data_of(*asked, "robot_1") == {"push_force": 12.0}
    assert data_of(*asked, "robot_2") != {"push_force": 12.0}


def test_the_emergency_stop_of_one_leaves_the_other_upright(said: Diagnostics) -> None:
    """The last: it falls."""
    assert data_of("estop", "--namespace", "/robot_1") == {"success": True, "message": "FAULT"}
    bridges = [f"{name}/mujoco_bridge" for name in ROBOTS]
    assert said.await_(lambda v: v[bridges[0]]["fell"] == "True", 60.0), said.values
    before = float(said.values[bridges[1]]["upright_s"])
    assert said.await_(lambda v: float(v[bridges[1]]["upright_s"]) > before + 1.0, 60.0)
    assert said.values["robot_2/safety"]["mode"] == "ARMED"
    assert said.values[bridges[1]]["fell"] == "False"


# --- what cannot be ---


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize(
    ("file", "argument", "words"),
    [
        ("sim.launch.py", "robots:=none", "robots is 'none', expected a whole number"),
        ("robot.launch.py", "namespace:=1st", "namespace is '1st', expected names"),
    ],
)
def test_a_namespace_that_cannot_be_is_refused_in_words(
    tmp_path: Path, file: str, argument: str, words: str
) -> None:
    with Launched(file, argument, log=tmp_path / "log") as launch:
        assert launch.wait(60.0) != 0
        assert words in launch.text
