"""Recording switched off and on while the recorder runs, as the dashboard's button does."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from std_msgs.msg import String

from ballbot_fusion.operation.client import NobodyAnswersError, client
from ballbot_fusion.operation.recorder import record
from ballbot_fusion.operation.triggers import LATCHED
from ballbot_fusion.recording import cdr
from ballbot_fusion.recording.bag_reader import open_bag


@pytest.fixture
def folder(ros_domain_id: int, tmp_path: Path) -> Iterator[Path]:
    """A recorder that runs by itself."""
    place = tmp_path / "bags"
    process = subprocess.Popen(
        ["ros2", "run", "ballbot_fusion", "recorder", "--ros-args", "-p", f"directory:={place}"],
        env=dict(os.environ), start_new_session=True,
    )  # fmt: skip
    try:
        yield place
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(20.0)


def said_in(bag: Path) -> list[str]:
    return [
        cdr.string(message.data)
        for message in open_bag(bag).messages()
        if message.topic.name == "/safety/state"
    ]


def test_each_recording_has_what_was_said_once(folder: Path) -> None:
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
    first, second = sorted(folder.iterdir())
    assert said_in(first) == said_in(second) == ["ARMED"]
    (begin,) = [m.log_ns for m in open_bag(second).messages() if m.topic.name == "/safety/state"]
    assert begin >= before_ns


def test_without_a_recorder_it_is_said(ros_domain_id: int) -> None:
    with client(name="button") as node, pytest.raises(NobodyAnswersError, match="No recorder runs"):
        record(node, on=True)
