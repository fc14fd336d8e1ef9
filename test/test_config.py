"""config/ is the manual of the parameters: every one, with its default, and what it is for."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.robot import RobotConfig, load_robot
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.dashboard.settings import DashboardSettings
from ballbot_fusion.nodes.bridge_settings import BridgeSettings, CameraSettings, WorldSettings
from ballbot_fusion.nodes.inference_settings import InferenceSettings
from ballbot_fusion.nodes.monitor import MonitorSettings
from ballbot_fusion.nodes.parameters import declarations
from ballbot_fusion.nodes.player import PlayerSettings
from ballbot_fusion.nodes.recorder_settings import RecorderSettings
from ballbot_fusion.nodes.safety_settings import SafetyNodeSettings

CONFIG = Path(__file__).parents[1] / "config"
FILES: dict[str, type[BaseModel]] = {
    "inference": InferenceSettings,
    "safety": SafetyNodeSettings,
    "bridge": BridgeSettings,
    "cameras": CameraSettings,
    "monitor": MonitorSettings,
    "recorder": RecorderSettings,
    "player": PlayerSettings,
    "dashboard": DashboardSettings,
}


def read(name: str) -> Any:
    return yaml.safe_load((CONFIG / f"{name}.yaml").read_text())


def flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found = {}
    for key, value in values.items():
        nested = isinstance(value, dict)
        found |= flat(value, f"{prefix}{key}.") if nested else {prefix + key: value}
    return found


def declared(model: type[BaseModel]) -> dict[str, Any]:
    return {name: entry.default for name, entry in declarations(model).items()}


def simulated_errors() -> dict[str, Any]:
    return {k: v for k, v in declared(WorldSettings).items() if k.startswith("errors.")}


@pytest.mark.parametrize("name", FILES)
def test_every_parameter_stands_there_with_its_default(name: str) -> None:
    expected = declared(FILES[name])
    if issubclass(FILES[name], WorldSettings):  # theirs are in simulation.yaml
        expected = {k: v for k, v in expected.items() if k not in simulated_errors()}
    assert flat(read(name)["/**"]["ros__parameters"]) == expected


def test_the_simulated_errors_stand_there_with_their_defaults() -> None:
    assert flat(read("simulation")["/**"]["ros__parameters"]) == simulated_errors()


def test_the_robot_file_describes_the_default_robot() -> None:
    assert RobotConfig.model_validate(read("robot")) == RobotConfig()


def test_the_robot_with_colour_cameras_differs_in_nothing_else() -> None:
    robot = RobotConfig.model_validate(read("robot_color"))
    spec = ObservationSpec.of(["rgb_0", "rgb_1"])
    assert robot == with_cameras_for(spec, RobotConfig()) != RobotConfig()


HARDWARE = ("hardware/robot", "hardware/hidden_robot", "hardware/simulation")


@pytest.mark.parametrize("name", [*FILES, "simulation", "robot", "robot_color", *HARDWARE])
def test_every_value_is_explained(name: str) -> None:
    explained: set[str] = set()
    lines = (CONFIG / f"{name}.yaml").read_text().splitlines()
    for line in (line for line in lines if not line.startswith("#")):
        key, _, rest = line.strip().lstrip("- ").partition(":")
        if "#" in rest:
            explained.add(key)
        elif rest.strip():
            known = explained | {"name", "extends"}
            assert key in known, f"{name}.yaml: {key} has no comment"


@pytest.mark.parametrize("name", HARDWARE[:2])
def test_the_robots_of_the_hardware_profile_can_be_read(name: str) -> None:
    robot = load_robot(str(CONFIG / f"{name}.yaml"))
    assert robot.joint_names == RobotConfig().joint_names
    assert robot.driver_names == robot.wheels.driver_names


def test_the_hardware_is_not_quite_what_its_owner_measured() -> None:
    """But whatever its drivers show openly is the same."""
    owner, hidden = (load_robot(str(CONFIG / f"{name}.yaml")) for name in HARDWARE[:2])
    assert owner.imu.rpy_deg != hidden.imu.rpy_deg
    assert owner.base.mass != hidden.base.mass
    for told, true in zip(owner.cameras, hidden.cameras, strict=True):
        assert told.frame_id == true.frame_id
        assert (told.yaw_deg, told.pitch_deg) != (true.yaw_deg, true.pitch_deg)
    assert owner.driver_names == hidden.driver_names
    assert owner.encoders == hidden.encoders
    assert owner.motors == hidden.motors


def test_the_hardware_gets_only_parameters_wrong_that_there_are() -> None:
    given = flat(read("hardware/simulation")["/**"]["ros__parameters"])
    assert given.keys() <= declared(WorldSettings).keys()
