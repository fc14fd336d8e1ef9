"""A recorder by itself: switched off and on, as the dashboard's button does, and ended."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from std_msgs.msg import String

from ballbot_fusion.core.resources import share
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.evaluation.replay import Replay
from ballbot_fusion.evaluation.replay_policies import policies_of
from ballbot_fusion.nodes.recorder import SILENCE_S
from ballbot_fusion.operation.client import NobodyAnswersError, client, settled
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.recorder import record
from ballbot_fusion.operation.triggers import LATCHED
from ballbot_fusion.recording import cdr
from ballbot_fusion.recording.bag_reader import open_bag

SPEAKER = """
from sensor_msgs.msg import Imu
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.lifecycle import BallbotNode, NodeSettings
from ballbot_fusion.nodes.process import run

class Speaker(BallbotNode):
    model = NodeSettings
    def configure(self):
        self.imu = self.create_publisher(Imu, "imu/data", qos.SENSOR)
        self.last = Imu()
    def start(self):
        print("speaks", flush=True)
    def finish(self):
        self.last.header.frame_id = self.get_name()
        self.imu.publish(self.last)
        print("spoke", flush=True)

run(lambda: Speaker(NAME))
"""
"""A node that says its name when it ends."""


class Running:
    """A recorder that runs by itself."""

    def __init__(self, folder: Path, **more: object) -> None:
        self.folder = folder
        given = [f"{name}:={value}" for name, value in {"directory": folder, **more}.items()]
        self._process = subprocess.Popen(
            ["ros2", "run", "ballbot_fusion", "recorder", "--ros-args",
             *(word for text in given for word in ("-p", text))],
            env=dict(os.environ), start_new_session=True,
        )  # fmt: skip

    def await_recording(self) -> None:
        """Until it has begun: on a busy machine longer than an operator waits for an answer."""
        end = time.monotonic() + 60.0
        while not any(self.folder.glob("*/*.mcap")):
            assert self._process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)

    def interrupt(self) -> None:
        """As a launch does that ends."""
        self.signal(signal.SIGINT)

    def signal(self, number: int) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def wait(self) -> None:
        self._process.wait(20.0)


@pytest.fixture
def recorder(ros_domain_id: int, tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "bags")
    try:
        running.await_recording()
        yield running
    finally:
        running.interrupt()
        running.wait()


def said_in(bag: Path) -> list[str]:
    return [
        cdr.string(message.data)
        for message in open_bag(bag).messages()
        if message.topic.name == "/safety/state"
    ]


def test_each_recording_has_what_was_said_once(recorder: Running) -> None:
    with client(name="button") as node:
        node.create_publisher(String, "safety/state", LATCHED).publish(String(data="ARMED"))
        assert record(node, on=True) == (True, "recording already")
        time.sleep(1.0)
        assert record(node, on=False) == (True, "the recording has ended")
        assert record(node, on=False) == (True, "nothing is recorded")
        time.sleep(1.1)  # folders are named after the second
        before_ns = time.time_ns()
        assert record(node, on=True) == (True, "a new recording began")
        time.sleep(1.0)
        assert record(node, on=False) == (True, "the recording has ended")
    first, second = sorted(recorder.folder.iterdir())
    assert said_in(first) == said_in(second) == ["ARMED"]
    (begin,) = [m.log_ns for m in open_bag(second).messages() if m.topic.name == "/safety/state"]
    assert begin >= before_ns


def parameters_in(bag: Path) -> set[str]:
    return {
        cdr.string(message.data)
        for message in open_bag(bag).messages()
        if message.topic.name == "/parameters_in_force"
    }


def test_each_recording_has_the_parameters_of_every_node(recorder: Running) -> None:
    """They are said once, on one topic: the last word of one must not hide those of others."""
    with client(name="nodes") as node:
        for text in ("of one", "of another"):
            said = node.create_publisher(String, "parameters_in_force", LATCHED)
            said.publish(String(data=text))
        for _ in range(2):
            assert record(node, on=True)[0]
            time.sleep(1.1)  # folders are named after the second
            assert record(node, on=False) == (True, "the recording has ended")
    first, second = (parameters_in(bag) for bag in sorted(recorder.folder.iterdir()))
    assert {"of one", "of another"} < first == second


def test_each_part_has_the_parameters_of_every_node(ros_domain_id: int, tmp_path: Path) -> None:
    recorder = Running(tmp_path / "bags", split_mb=1)
    texts = {
        name: [json.dumps({"node": name, "rate": rate}) for rate in (1, 2)] for name in ("/a", "/b")
    }
    try:
        with client(name="nodes") as node:
            assert record(node, on=True) == (True, "recording already")
            for both in texts.values():
                said = node.create_publisher(String, "parameters_in_force", LATCHED)
                assert settled(said.get_subscription_count)
                for text in both:
                    said.publish(String(data=text))
                    time.sleep(0.1)
            for nonsense in ("nonsense", "[" * 100_000, "[]", '{"node": 1}'):
                said.publish(String(data=nonsense))
                time.sleep(0.1)
            filling = node.create_publisher(String, "instruction", 10)
            for _ in range(60):
                filling.publish(String(data="x" * 50_000))
                time.sleep(0.05)
    finally:
        recorder.interrupt()
        recorder.wait()
    (folder,) = recorder.folder.iterdir()
    first, *later = sorted(folder.glob("*.mcap"))
    assert later
    for text in texts["/a"]:
        assert text in parameters_in(first)
    for part in later:
        found = parameters_in(part)
        assert {both[-1] for both in texts.values()} <= found
        assert not found & {both[0] for both in texts.values()}, "no longer in force"


def test_a_launch_does_not_begin_another_recording_when_one_is_done(
    ros_domain_id: int, tmp_path: Path
) -> None:
    shutil.copytree(share() / "config", tmp_path / "config")
    settings = tmp_path / "config" / "recorder.yaml"
    settings.write_text(settings.read_text().replace("duration_s: 0.0", "duration_s: 1.0"))
    arguments = (f"config:={tmp_path / 'config'}", f"record:={tmp_path / 'bags'}")
    with Launched("robot.launch.py", *arguments, log=tmp_path / "launch.log") as launch:
        launch.says("recorded ")
        time.sleep(3.5)
        assert "recorder" not in launch.processes().values()
        assert {"inference", "safety"} <= set(launch.processes().values())
    assert len(list((tmp_path / "bags").iterdir())) == 1


def test_what_others_say_while_they_end_is_recorded(recorder: Running) -> None:
    """A launch tells all of its nodes at once to end, and each speaks until it does."""
    with client(name="other") as node:
        publisher = node.create_publisher(String, "safety/state", LATCHED)
        assert record(node, on=True) == (True, "recording already")
        recorder.interrupt()
        told, at_s = [], [time.monotonic()]
        for number in range(20):
            told.append(f"ARMED {number}")
            publisher.publish(String(data=told[-1]))
            time.sleep(0.02)
            at_s.append(time.monotonic())
        recorder.wait()
    (bag,) = recorder.folder.iterdir()
    gaps = [after - before for before, after in pairwise(at_s)]
    # On a machine so busy that this test is silent for too long, it ends there, rightly.
    heard = next((n for n, gap in enumerate(gaps) if gap > SILENCE_S / 2), len(told))
    assert heard > 0
    assert said_in(bag)[:heard] == told[:heard]


Speaker = subprocess.Popen[str]


@pytest.fixture
def speakers(ros_domain_id: int) -> Iterator[list[Speaker]]:
    """Several that have begun to speak."""
    running: list[Speaker] = []
    try:
        for number in range(4):
            code = SPEAKER.replace("NAME", repr(f"speaker_{number}"))
            command = [sys.executable, "-c", code]
            running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        for speaker in running:
            assert said_by(speaker) == "speaks"
        yield running
    finally:
        for speaker in running:
            speaker.kill()
            speaker.wait()


def said_by(speaker: Speaker) -> str:
    assert speaker.stdout is not None
    return speaker.stdout.readline().strip()


def test_what_nodes_say_last_waits_for_a_recorder_that_is_busy(
    recorder: Running, speakers: list[Speaker]
) -> None:
    """Readers drop what comes from a participant that has left, even if it came before."""
    with client(name="other") as node:
        assert record(node, on=True) == (True, "recording already")
    time.sleep(1.0)  # they find each other
    for speaker in speakers:
        recorder.signal(signal.SIGSTOP)
        speaker.send_signal(signal.SIGINT)
        assert said_by(speaker) == "spoke"
        time.sleep(0.1)  # who did not wait for the recorder would have left
        recorder.signal(signal.SIGCONT)
    assert [speaker.wait(20.0) for speaker in speakers] == [0] * len(speakers)
    recorder.interrupt()
    recorder.wait()
    (bag,) = recorder.folder.iterdir()
    said = {m.data for m in open_bag(bag).messages() if m.topic.name == "/imu/data"}
    assert len(said) == len(speakers)


def test_without_a_recorder_it_is_said(ros_domain_id: int) -> None:
    with client(name="button") as node, pytest.raises(NobodyAnswersError, match="No recorder runs"):
        record(node, on=True)


def test_a_trace_at_the_pace_of_the_clock_begins_when_all_are_heard(
    ros_domain_id: int, tmp_path: Path
) -> None:
    """Else the first of it refers to what the recorder did not hear yet."""
    bags = tmp_path / "bags"
    with Launched("sim.launch.py", f"record:={bags}", log=tmp_path / "launch.log") as launch:
        launch.says("ARMED: armed")
        time.sleep(4.0)
    (folder,) = bags.iterdir()
    bag = open_bag(folder)
    outcome = Replay(bag, policies_of(bag, policy_path("default").parent), most=10**6).run()
    assert outcome.ticks > 400
    # Of the last, a busy machine may lose some.
    assert [entry for entry in outcome.differences if entry.number < 400] == []
