"""What the recorder reads of what it records, and what it makes of nonsense."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rclpy.lifecycle import TransitionCallbackReturn
from rclpy.serialization import serialize_message
from std_msgs.msg import String

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.nodes.inference_settings import InferenceSettings
from ballbot_fusion.nodes.recorded_topics import recorded_topics
from ballbot_fusion.nodes.recorder import MOST_CONTRACTS, Recorder, _new_folder
from ballbot_fusion.nodes.recorder_settings import RecorderSettings
from ballbot_fusion.nodes.start_up import LaunchRefusedError, recordings
from ballbot_fusion.nodes.tick_trace import contract_text
from ballbot_fusion.recording import cdr
from ballbot_fusion.recording.bag_file import Message, Topic
from ballbot_fusion.recording.bag_reader import Bag, open_bag
from ballbot_fusion.recording.bag_summary import summary_of

SHA256 = hashlib.sha256(policy_path("default").read_bytes()).hexdigest()


class Heard:
    """A recorder without its node, and a writer that only remembers."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.attached: dict[str, bytes] = {}
        self._heard: set[bytes] = set()

    def get_logger(self):
        return SimpleNamespace(warning=self.warnings.append)

    def attach(self, name, _, data):
        self.attached[name] = data

    def describe(self, name, values):
        pass

    def hear(self, data: bytes) -> "Heard":
        Recorder._hear(self, self, data)
        return self


def contract(policy: str, sha256: str = SHA256) -> bytes:
    settings = InferenceSettings(policy=policy)
    text = contract_text(settings, RobotConfig(), sha256, {"IMU": "/imu/data"})
    return bytes(serialize_message(String(data=text)))


def test_the_policy_that_drives_is_put_into_the_recording():
    heard = Heard().hear(contract("default"))
    assert heard.attached[f"policy/{SHA256}.onnx"] == policy_path("default").read_bytes()
    assert RobotConfig.model_validate_json(heard.attached["robot.json"]) == RobotConfig()
    assert heard.warnings == []


@pytest.mark.parametrize(
    ("policy", "says"),
    [("seed55", "hash"), ("nothing", "No policy"), ("/dev/zero.onnx", "no file")],
)
def test_no_other_file_is(policy, says):
    heard = Heard().hear(contract(policy))
    assert heard.attached == {}
    assert says in heard.warnings[0]


def test_a_file_that_is_none_is_not_read(tmp_path: Path):
    import os

    os.mkfifo(tmp_path / "policy.onnx")
    assert Heard().hear(contract(str(tmp_path / "policy.onnx"))).attached == {}


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda b: b"\x00\x01\x00\x00" + b))
def test_any_bytes_are_survived(data):
    heard = Heard().hear(data)
    assert heard.attached == {}
    assert len(heard.warnings) == 1


def test_files_are_not_looked_for_without_end():
    heard = Heard()
    for number in range(3 * MOST_CONTRACTS):
        heard.hear(contract("default", f"{number:064x}"))
        heard.hear(contract("default", f"{number:064x}"))
    assert len(heard.warnings) == MOST_CONTRACTS


def test_each_recording_has_a_folder_of_its_own(tmp_path: Path):
    names = set()
    for _ in range(3):
        folder = _new_folder(tmp_path)
        folder.mkdir()
        names.add(folder)
    assert len(names) == 3


def test_a_folder_that_cannot_be_written_to_is_refused_before_anything_runs(tmp_path: Path):
    assert recordings("none") == ""
    assert recordings(str(tmp_path / "a" / "b")) == str(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_text("")
    with pytest.raises(LaunchRefusedError, match="record is"):
        recordings(str(tmp_path / "file" / "bags"))


class Speaks:
    """A topic on which somebody speaks, heard as the middleware lets a recorder hear it."""

    def __init__(self, topic: str) -> None:
        """Say nothing yet."""
        robot = RobotConfig()
        found = recorded_topics(robot, lockstep=False, stamped_command=False)
        (self.recorded,) = (entry for entry in found if entry.topic == topic)
        self.topic = Topic(f"/{topic}", "std_msgs/msg/String")
        self.waiting: list[Message] = []
        self.lost = 0
        self.intake = SimpleNamespace(publishers=1, received=0, subscription=topic)

    def say(self, text: str) -> None:
        data = bytes(serialize_message(String(data=text)))
        self.waiting.append(Message(self.topic, data, time.time_ns(), time.time_ns(), 0))

    def messages(self) -> list[Message]:
        said, self.waiting = self.waiting, []
        return said

    def newly_lost(self) -> int:
        lost, self.lost = self.lost, 0
        return lost


class Switched(Recorder):
    """A recorder without its node, which is switched on and off."""

    def __init__(self, folder: Path, *streams: Speaks) -> None:
        self.settings = RecorderSettings(directory=str(folder), keep_free_mb=0)
        self._writer, self._latched = None, {}
        self._streams, self._later, self._ready = list(streams), [], None
        self.done = False
        self._managed_entities: set[object] = set()
        self.left: list[str] = []
        """Topics that it listens to no more."""

    def destroy_subscription(self, subscription):
        self.left.append(subscription)

    def get_logger(self):
        return SimpleNamespace(warning=lambda _: None, info=lambda _: None)

    def switched_off(self) -> Bag:
        """End the recording, as the dashboard's button does."""
        folder = self._writer.folder
        assert self.on_deactivate(None) == TransitionCallbackReturn.SUCCESS
        return open_bag(folder)

    def recorded(self, meanwhile: Callable[[], None]) -> Bag:
        """Record while something happens."""
        self.start()
        meanwhile()
        return self.switched_off()


def test_what_came_while_nothing_was_recorded_is_not_in_the_next_recording(tmp_path: Path):
    imu, state = Speaks("imu/data"), Speaks("safety/state")
    recorder = Switched(tmp_path, imu, state)
    recorder.recorded(lambda: state.say("ARMED"))
    imu.say("between")
    imu.lost = 50_000
    state.say("FAULT")
    bag = recorder.recorded(lambda: imu.say("in it"))
    said = [(message.topic.name, cdr.string(message.data)) for message in bag.messages()]
    assert said == [("/safety/state", "FAULT"), ("/imu/data", "in it")]
    assert summary_of(bag)["lost"] == {}


class Runs(Speaks):
    """A topic of a robot that goes on: when one was taken, the next tick has its sample."""

    def __init__(self, topic: str, robot: "list[Runs]") -> None:
        super().__init__(topic)
        self.robot, self.number = robot, 0
        robot.append(self)

    def messages(self) -> list[Message]:
        said = super().messages()
        for topic in self.robot:
            topic.number += 1
            topic.say(str(topic.number))
        return said


def test_a_recording_that_ends_in_a_run_has_what_its_last_tick_was_made_of(tmp_path: Path):
    robot: list[Runs] = []
    recorder = Switched(tmp_path, Runs("imu/data", robot), Runs("inference/trace", robot))
    said: dict[str, set[str]] = {}
    for message in recorder.recorded(recorder._record).messages():
        said.setdefault(message.topic.name, set()).add(cdr.string(message.data))
    assert len(said["/inference/trace"]) > 1
    assert said["/inference/trace"] <= said["/imu/data"]


def test_the_trace_is_left_with_a_recording_so_that_it_begins_anew_with_the_next(tmp_path: Path):
    imu, trace = Speaks("imu/data"), Speaks("inference/trace")
    recorder = Switched(tmp_path, imu, trace)
    recorder.start()
    trace.say("the last")
    bag = recorder.switched_off()
    assert [m.topic.name for m in bag.messages()] == ["/inference/trace"]
    assert recorder.left == ["inference/trace"]
    assert recorder._streams == [imu]
    assert recorder._later == [trace.recorded]
