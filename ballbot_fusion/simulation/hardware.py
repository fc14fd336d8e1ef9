"""The robot that hardware.launch.py simulates, for whoever simulates it without ROS."""

from pathlib import Path
from typing import Any

import yaml

from ballbot_fusion.core.resources import share
from ballbot_fusion.core.robot import RobotConfig, load_robot
from ballbot_fusion.core.settings import validate
from ballbot_fusion.simulation.driver_side import DriverSettings
from ballbot_fusion.simulation.settings import SimulationSettings

FOLDER = "config/hardware"
SIZE = (424, 240)
"""Width and height of its images, as hardware.launch.py has them by default."""


def owners_file() -> RobotConfig:
    """Return the robot file that comes with it."""
    return load_robot(str(share() / FOLDER / "robot.yaml"))


def hidden_file() -> RobotConfig:
    """Return what it really is."""
    return load_robot(str(share() / FOLDER / "hidden_robot.yaml"))


def errors(drivetrain: str = "rollers") -> SimulationSettings:
    """What its sensors and motors get wrong; play of the gears where ``drivetrain`` has rotors."""
    found = validate(SimulationSettings, _parameters()["errors"], str(_source()))
    if drivetrain == "rollers":
        return found
    return found.model_copy(update={"motor_backlash_deg": 0.0})


def drivers() -> DriverSettings:
    """How its drivers speak."""
    return validate(DriverSettings, _parameters()["drivers"], str(_source()))


def _source() -> Path:
    return share() / FOLDER / "simulation.yaml"


def _parameters() -> dict[str, Any]:
    text = _source().read_text(encoding="utf-8")
    values: dict[str, Any] = yaml.safe_load(text)["/**"]["ros__parameters"]
    return values
