"""The player without a graph: what it sends, when, and what it says of the answers."""

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from geometry_msgs.msg import Twist
from rclpy.serialization import serialize_message
from std_msgs.msg import String

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ImuSample, Source
from ballbot_fusion.nodes import player as player_module
from ballbot_fusion.nodes import wire_out
from ballbot_fusion.nodes.inference_settings import InferenceSettings
from ballbot_fusion.nodes.player import Player, PlayerSettings, _is_played
from ballbot_fusion.nodes.tick_trace import contract_text
from ballbot_fusion.recording import wire
from ballbot_fusion.recording.bag_file import Message, Topic
from ballbot_fusion.recording.bag_reader import Bag, open_bag
from ballbot_fusion.recording.bag_writer import BagWriter, Limits
from ballbot_fusion.recording.contract import TOPIC as CONTRACT
from ballbot_fusion.recording.contract import Contract
from ballbot_fusion.recording.playback import STAMPS_END_NS, with_stamp

IMU = Topic("/imu/data", "sensor_msgs/msg/Imu")
COMMANDS = Topic("/policy_command", "sensor_msgs/msg/JointState")
NAMES = ("a", "b", "c")
BEGAN_NS, PERIOD_NS, COUNT = 1_000_000_000_000, 10_000_000, 300


def bag_of(folder: Path, more: Sequence[Message] = ()) -> Bag:
    """Three seconds of an IMU, of commands that say their number, and ``more``."""
    writer = BagWriter(folder, Limits(keep_free_bytes=0, sync=False), {})
    for number in range(COUNT):
        at_ns = BEGAN_NS + number * PERIOD_NS
        imu = ImuSample(Source.IMU, at_ns, at_ns, (0.0, 0.0, 0.0), (0.0, 0.0, 9.81))
        writer.put(Message(IMU, wire_out.imu_bytes(imu, at_ns), at_ns, at_ns))
        effort = (0.01 * number, 0.0, 0.0)
        data = wire_out.effort_bytes(NAMES, effort, at_ns)
        writer.put(Message(COMMANDS, data, at_ns, at_ns + 1_000_000))
    assert all(map(writer.put, more))
    writer.close()
    return open_bag(folder)


class Listener:
    """Answers each IMU sample with a command, as inference does; ``off`` by so much."""

    def __init__(self, off: float) -> None:
        self.off, self.stamps, self.answers = off, [], []

    publishers = 1

    def get_subscription_count(self) -> int:
        return 1

    def publish(self, data: bytes) -> None:
        stamp_ns = wire.imu_sample(data, 0).stamp_ns
        effort = (0.01 * len(self.stamps) + self.off, 0.0, 0.0)
        self.stamps.append(stamp_ns)
        self.answers.append((wire_out.effort_bytes(NAMES, effort, stamp_ns), 0, 0, 0))

    def take(self) -> list[Any]:
        taken, self.answers = self.answers, []
        return taken


def played(
    folder: Path, off: float, more: Sequence[Message] = (), rate: float = 10.0
) -> tuple[Listener, dict[str, Any], str]:
    said: list[str] = []
    summary = folder.with_suffix(".json")
    player: Any = Player.__new__(Player)
    listener = Listener(off)
    player.__dict__ |= {
        "settings": PlayerSettings(bag=str(folder), rate=rate, summary=str(summary)),
        "_bag": bag_of(folder, more),
        "_out": {IMU.name: listener}, "_heard": listener, "done": False,
        "get_logger": lambda: SimpleNamespace(info=said.append),
    }  # fmt: skip
    player.start()
    while not player.done:
        player.work()
    return listener, json.loads(summary.read_text()), said[0]


def test_at_the_recorded_pace_with_stamps_of_now(tmp_path: Path) -> None:
    listener, found, said = played(tmp_path / "bag", 0.0)
    assert found["played"] == len(listener.stamps) == COUNT
    assert found["stamps_not_moved"] == 0
    steps = {b - a for a, b in zip(listener.stamps, listener.stamps[1:], strict=False)}
    assert steps == {PERIOD_NS // 10}
    assert listener.stamps[0] > BEGAN_NS + 10**18
    # Those of the first two seconds do not count.
    assert found["compared"] == found["same_bits"] == COUNT - 200
    assert "100 are those recorded, bit for bit" in said


@pytest.mark.parametrize("stamp_ns", [STAMPS_END_NS - 1, -(1 << 31) * 10**9])
def test_a_stamp_of_a_time_that_no_stamp_tells_stays_and_is_counted(
    stamp_ns: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was recorded is nonsense, and is played as nonsense: the player goes on."""
    monkeypatch.setitem(globals(), "COUNT", 3)
    imu = ImuSample(Source.IMU, 0, 0, (0.0, 0.0, 0.0), (0.0, 0.0, 9.81))
    data = with_stamp(wire_out.imu_bytes(imu, 0), stamp_ns)
    more = [Message(IMU, data, BEGAN_NS + 1, BEGAN_NS + 1)]
    listener, found, said = played(tmp_path / "bag", 0.0, more, rate=1.0)
    assert (found["played"], found["stamps_not_moved"]) == (COUNT + 1, 1)
    assert listener.stamps[1] == stamp_ns
    assert "1 have the stamps that were recorded" in said


def test_commands_that_differ_are_told(tmp_path: Path) -> None:
    _, found, said = played(tmp_path / "bag", 0.25)
    assert found["same_bits"] == 0
    assert found["apart_mean_n_m"] == pytest.approx(0.25)
    assert "0.2500 N m apart" in said


@pytest.mark.parametrize("name", ["/policy_command", "/odom", "/inference/trace", "/diagnostics"])
def test_what_inference_says_itself_is_not_played(name: str) -> None:
    contract = contract_of({"IMU": "/imu/data", "TRACE": "/inference/trace"})
    assert not _is_played(Topic(name, "std_msgs/msg/String"), contract)
    assert _is_played(IMU, contract)


def contract_of(topics: dict[str, str]) -> Contract:
    text = contract_text(InferenceSettings(), RobotConfig(), "0" * 64, topics)
    return Contract.model_validate_json(text)


@pytest.mark.parametrize(
    ("name", "is_played"),
    [
        ("/robot_1/motor_commands", True),
        ("/robot_1/safety/state", True),
        ("/robot_1/policy_command", False),
        ("/robot_1/inference/trace", False),
        ("/robot_2/motor_commands", False),
        ("/motor_commands", False),
        ("/left/depth/image_rect_raw", True),
        ("/left/depth/camera_info", True),
    ],
)
def test_of_several_robots_one_is_played(name: str, is_played: bool) -> None:
    """What its contract names, wherever that is, and what else is in its namespace."""
    topics = {
        "IMU": "/robot_1/imu/data", "CAMERA_0": "/left/depth/image_rect_raw",
        "TRACE": "/robot_1/inference/trace",
    }  # fmt: skip
    contract = contract_of(topics)
    assert contract.namespace == "/robot_1"
    assert _is_played(Topic(name, "std_msgs/msg/String"), contract) is is_played


@pytest.mark.parametrize("cut", [0, 100])
def test_what_is_said_late_is_played_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    """Ten seconds into a recording somebody begins to drive; in the end it is cut off, or not."""
    folder = tmp_path / "bag"
    drive = Topic("/cmd_vel", "geometry_msgs/msg/Twist")
    said = contract_of({"IMU": IMU.name, "COMMAND": drive.name}).model_dump_json()
    entries = [(Topic(f"/{CONTRACT}", "std_msgs/msg/String"), serialize_message(String(data=said)))]
    entries += [(IMU, bytes(8))] * 30_000 + [(drive, serialize_message(Twist()))] * 2
    writer = BagWriter(folder, Limits(keep_free_bytes=0, sync=False), {})
    for number, (topic, data) in enumerate(entries):
        writer.put(Message(topic, data, BEGAN_NS + number, BEGAN_NS + number))
    writer.close()
    path = folder / "bag_0.mcap"
    path.write_bytes(path.read_bytes()[: -cut or None])
    monkeypatch.setattr(player_module, "RawIntake", lambda *_: None)
    player: Any = Player.__new__(Player)
    player.__dict__ |= {"settings": PlayerSettings(bag=str(folder)), "_publisher": lambda t: t}
    player.configure()
    assert set(player._out) == {IMU.name, drive.name}
