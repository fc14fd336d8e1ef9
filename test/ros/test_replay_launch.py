"""A recording played to the nodes at its own pace, and refused in words where it cannot be."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rclpy.serialization import serialize_message
from std_msgs.msg import String
from support.recorded_run import CONTRACT, default_scenario, record, rewritten

from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Diagnostics, Values
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.recording import cdr
from ballbot_fusion.recording.bag_file import Message
from ballbot_fusion.recording.contract import Contract

SECONDS = 3.5


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scenario = default_scenario(velocity=(0.2, 0.0, 0.0))
    return record(tmp_path_factory.mktemp("bags") / "drive", scenario, SECONDS)


LEFT, THEIRS = "/camera_0/depth/image_rect_raw", "/drivers/left/depth/image_rect_raw"


def renamed(bag: Path, target: Path) -> Path:
    """The recording as one of a robot in a namespace, one of whose cameras is elsewhere."""

    def name(topic: str) -> str:
        return THEIRS if topic == LEFT else f"/robot_1{topic}"

    def change(_: int, message: Message) -> Message:
        data = message.data
        if message.topic == CONTRACT:
            contract = Contract.model_validate_json(cdr.string(data))
            topics = {source: name(topic) for source, topic in contract.topics.items()}
            text = contract.model_copy(update={"topics": topics}).model_dump_json()
            data = bytes(serialize_message(String(data=text)))
        topic = message.topic._replace(name=name(message.topic.name))
        return message._replace(topic=topic, data=data)

    return rewritten(bag, target, change)


@pytest.mark.parametrize(
    "change", [lambda bag, _: bag, renamed], ids=["as it is", "in a namespace"]
)
def test_commands_are_near_those_recorded(
    module_ros_domain_id: int, bag: Path, tmp_path: Path, change: Callable[[Path, Path], Path]
) -> None:
    """The same samples in other ticks: near, and never the zeros of a robot that hears nothing."""
    bag = change(bag, tmp_path / "bag")
    summary = tmp_path / "summary.json"
    with Launched(
        "replay.launch.py", f"bag:={bag}", f"summary:={summary}", "safety:=true",
        log=tmp_path / "launch.log",
    ) as launch, client(name="test") as operator:  # fmt: skip
        said = Diagnostics(operator)

        def sees(values: Values) -> bool:
            by_node = {name.rpartition("/")[2]: said for name, said in values.items()}
            return by_node["inference"]["message"] == "all modalities trusted"

        assert said.await_(sees, 60.0), said.values
        assert launch.wait(120.0) == 0, launch.text
    found = json.loads(summary.read_text())
    assert found["recorded_commands"] > SECONDS * 180
    assert found["compared"] > 50, launch.text
    assert found["apart_mean_n_m"] < 0.2, found
    assert "The recording has ended" in launch.text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "bag is empty"), (["bag:=/nowhere"], "is no recording"), (["rate:=-1"], "rate is '-1'")],
)
def test_what_cannot_be_played_is_refused_in_words(
    module_ros_domain_id: int, tmp_path: Path, arguments: list[str], said: str
) -> None:
    with Launched("replay.launch.py", *arguments, log=tmp_path / "launch.log") as launch:
        assert launch.wait(60.0) != 0
    assert said in launch.text
