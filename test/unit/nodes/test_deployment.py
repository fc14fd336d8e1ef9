"""Files that an owner copies: the unit that starts at boot, the gamepad that drives."""

import configparser
import re
from pathlib import Path

import yaml

from ballbot_fusion.core.gamepad import GamepadSettings
from ballbot_fusion.nodes.start_up import ROBOT

ROOT = Path(__file__).parents[3]
HARDWARE = ROOT / "config" / "hardware"


def unit() -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read(HARDWARE / "ballbot.service")
    return read


def test_the_unit_allows_what_the_launch_asks_for() -> None:
    service = unit()["Service"]
    assert int(service["LimitRTPRIO"]) >= max(how.get("priority", 0) for how in ROBOT.values())
    assert int(service["LimitNICE"]) <= min(how.get("niceness", 0) for how in ROBOT.values())
    assert service["LimitMEMLOCK"] == "infinity"


def test_the_unit_launches_with_arguments_that_there_are() -> None:
    known = re.findall(r'Argument\(\s*"(\w+)"', (ROOT / "launch" / "robot.launch.py").read_text())
    command = unit()["Service"]["ExecStart"]
    given = re.findall(r"(\w+):=", command)
    assert given
    assert set(given) <= set(known)
    assert " ballbot_fusion robot.launch.py " in command


def test_the_gamepad_drives_by_a_button_that_stops_nothing() -> None:
    nodes = yaml.safe_load((HARDWARE / "gamepad.yaml").read_text())
    drive = nodes["teleop_twist_joy_node"]["ros__parameters"]
    assert drive["require_enable_button"]
    for settings in (GamepadSettings(), GamepadSettings(deadman=True, arming=True)):
        assert drive["enable_button"] not in settings.names.values()
    # Silence of half a second counts: several messages must fit into it.
    repeated = nodes["joy_node"]["ros__parameters"]["autorepeat_rate"]
    assert repeated * GamepadSettings().silence_s >= 5.0
    for sort in ("linear", "angular"):
        assert drive[f"axis_{sort}"].keys() == drive[f"scale_{sort}"].keys()
