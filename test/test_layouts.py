"""Layouts for other programs name topics that our nodes publish, and fields that these have."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.nodes.recorded_topics import recorded_topics

LAYOUTS = Path(__file__).parents[1] / "config" / "layouts"
ROBOT = load_robot("")
TOPICS: dict[str, Any] = {
    "/" + entry.topic.lstrip("/"): entry.kind
    for entry in recorded_topics(ROBOT, lockstep=False, stamped_command=False)
}
"""Type by topic, of all that a recording holds: all that our nodes say."""
RVIZ_TYPES = {"Odometry": "Odometry", "Image": "Image", "RobotModel": "String"}


def split(path: str, separator: str) -> tuple[str, list[str]]:
    """The topic of a path, and the fields behind it."""
    names = [name for name in TOPICS if path.startswith(name + separator)]
    assert names, f"{path}: no such topic"
    topic = max(names, key=len)
    return topic, path[len(topic) + 1 :].split(separator)


def check_fields(kind: Any, fields: list[str], path: str) -> None:
    """Follow fields through nested messages; the last one must be a number or a text."""
    message = kind()
    for field in fields:
        name, index, _ = re.fullmatch(r"(\w+)(\[(\d+)\])?", field).groups()  # type: ignore[union-attr]
        types = message.get_fields_and_field_types()
        assert name in types, f"{path}: no field {name}"
        assert bool(index) == types[name].startswith("sequence"), f"{path}: {name} is {types[name]}"
        message = getattr(message, name)
    assert index or isinstance(message, int | float | str), path


def foxglove() -> Any:
    return json.loads((LAYOUTS / "foxglove.json").read_text())


def leaves(layout: Any) -> Iterator[str]:
    if isinstance(layout, str):
        yield layout
        return
    assert layout["direction"] in ("row", "column")
    yield from leaves(layout["first"])
    yield from leaves(layout["second"])


def test_foxglove_shows_every_panel_once() -> None:
    found = foxglove()
    assert sorted(leaves(found["layout"])) == sorted(found["configById"])


def test_foxglove_paths_and_topics() -> None:
    kinds: dict[str, str] = {}
    for panel, config in foxglove()["configById"].items():
        for entry in config.get("paths", ()):
            topic, fields = split(entry["value"], ".")
            check_fields(TOPICS[topic], fields, entry["value"])
        image = config.get("imageMode", {})
        kinds |= {
            image[key]: kind
            for key, kind in (("imageTopic", "Image"), ("calibrationTopic", "CameraInfo"))
            if key in image
        }
        kinds |= dict.fromkeys(config.get("topics", ()), "Odometry")
        if "topicToRender" in config:
            kinds[config["topicToRender"]] = {
                "DiagnosticSummary": "DiagnosticArray",
                "RosOut": "Log",
            }[panel.split("!")[0]]
    assert len(kinds) == 7
    assert {topic: TOPICS[topic].__name__ for topic in kinds} == kinds


def test_rviz_topics_have_the_types_of_their_displays() -> None:
    manager = yaml.safe_load((LAYOUTS / "ballbot.rviz").read_text())["Visualization Manager"]
    shown = 0
    for display in manager["Displays"]:
        topic = display.get("Topic") or display.get("Description Topic")
        if topic is None:
            continue
        kind = display["Class"].removeprefix("rviz_default_plugins/")
        assert TOPICS[topic["Value"]].__name__ == RVIZ_TYPES[kind]
        latched = topic["Value"] == "/robot_description"
        assert topic["Durability Policy"] == ("Transient Local" if latched else "Volatile")
        shown += 1
    assert shown == 4


def plotjuggler() -> list[str]:
    root = ElementTree.parse(LAYOUTS / "plotjuggler.xml").getroot()
    for splitter in root.iter("DockSplitter"):
        sizes = splitter.attrib["sizes"].split(";")
        assert len(sizes) == int(splitter.attrib["count"]) == len(splitter.findall("DockArea"))
    return [curve.attrib["name"] for curve in root.iter("curve")]


@pytest.mark.parametrize("curve", plotjuggler())
def test_plotjuggler_curves(curve: str) -> None:
    """PlotJuggler names a JointState's numbers by joint: TOPIC/JOINT/FIELD."""
    topic, fields = split(curve, "/")
    if TOPICS[topic].__name__ == "JointState":
        joint, field = fields
        assert joint in ROBOT.joint_names
        assert field in ("position", "velocity", "effort")
        return
    check_fields(TOPICS[topic], fields, curve)
