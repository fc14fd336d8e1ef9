"""The real graph recorded: read by the library itself, replayed bit for bit, a flipped bit seen."""

from collections import Counter
from pathlib import Path

import pytest
from mcap_ros2.reader import read_ros2_messages
from support.recorded_run import rewritten

from ballbot_fusion.cli.main import main
from ballbot_fusion.core import trace
from ballbot_fusion.core.samples import Source
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.evaluation.replay import Replay
from ballbot_fusion.evaluation.replay_outcome import Outcome
from ballbot_fusion.evaluation.replay_policies import policies_of
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.recording.bag_file import Message
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.recording.bag_summary import problems_of, summary_of
from ballbot_fusion.recording.cdr import float_array

SECONDS = 1.5
FAULTS = "imu nan size 0.2 after 0.7 for 0.3; camera_0 frozen after 0.6; camera_1 missing after 1"


@pytest.fixture(scope="module")
def bag(module_ros_domain_id: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lockstep run with faults, recorded from its first tick."""
    folder = tmp_path_factory.mktemp("run")
    with Launched(
        "sim.launch.py", "mode:=lockstep", "seed:=3", f"duration:={SECONDS}", f"faults:={FAULTS}",
        f"record:={folder / 'bags'}", log=folder / "launch.log",
    ) as launch:  # fmt: skip
        assert launch.wait(120.0) == 0, launch.text
    (found,) = (folder / "bags").iterdir()
    return found


def replayed(folder: Path) -> Outcome:
    bag = open_bag(folder)
    return Replay(bag, policies_of(bag, policy_path("default").parent)).run()


def test_every_tick_from_the_first_is_identical(bag: Path) -> None:
    outcome = replayed(bag)
    assert outcome.ticks > SECONDS * 200
    assert outcome.identical == outcome.ticks, outcome.differences[:3]
    assert outcome.before_state == 0
    assert main(["replay", str(bag)]) == 0


def test_nothing_is_missing_and_the_policy_is_with_it(bag: Path) -> None:
    opened = open_bag(bag)
    summary = summary_of(opened)
    assert problems_of(summary) == []
    assert main(["bag", "check", str(bag)]) == 0
    topics = {row["topic"]: row["messages"] for row in summary["topics"]}
    assert topics["/imu/data"] > SECONDS * 1000
    assert topics["/joint_states"] > SECONDS * 500
    assert {
        "/motor_commands", "/policy_command", "/safety/state", "/diagnostics", "/odom",
        "/parameters_in_force", "/parameter_events", "/inference/features",
        "/camera_0/depth/image_rect_raw", "/camera_1/depth/camera_info",
    } <= set(topics)  # fmt: skip
    sha256 = summary["policy"]["sha256"]
    content = opened.attachments[f"policy/{sha256}.onnx"]
    assert content == policy_path("default").read_bytes()


def test_a_reader_that_knows_only_the_file_decodes_every_message(bag: Path) -> None:
    (file,) = bag.glob("*.mcap")
    counts: Counter[str] = Counter()
    armed = False
    for message in read_ros2_messages(str(file)):
        counts[message.channel.topic] += 1
        armed |= message.channel.topic == "/safety/state" and message.ros_msg.data == "ARMED"
    assert armed
    rows = summary_of(open_bag(bag))["topics"]
    assert counts == {row["topic"]: row["messages"] for row in rows}


def test_one_flipped_bit_of_an_imu_sample_is_told_at_its_tick(bag: Path, tmp_path: Path) -> None:
    stamp_ns = tick = 0
    for message in open_bag(bag).messages():
        if message.topic.name == "/inference/trace":
            record = trace.decode(float_array(message.data))
            imu = [c for c in record.consumed if c.source is Source.IMU]
            if record.number == 77:
                stamp_ns, tick = imu[1].stamp_ns, record.number
    begin = (stamp_ns // 10**9).to_bytes(4, "little") + (stamp_ns % 10**9).to_bytes(4, "little")

    def flip(_: int, message: Message) -> Message:
        if message.topic.name != "/imu/data" or message.data[4:12] != begin:
            return message
        data = bytearray(message.data)
        data[-90] ^= 4
        return message._replace(data=bytes(data))

    outcome = replayed(rewritten(bag, tmp_path / "flipped", flip))
    assert outcome.differences[0].number == tick == 77
    assert f"IMU stamped {stamp_ns} ns" in outcome.differences[0].why
