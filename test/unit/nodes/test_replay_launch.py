"""What replay.launch.py starts, without starting it."""

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.nodes import start_up
from ballbot_fusion.nodes.inference_settings import InferenceSettings
from ballbot_fusion.nodes.tick_trace import contract_text
from ballbot_fusion.recording.contract import Contract

LAUNCH = Path(__file__).parents[3] / "launch" / "replay.launch.py"
THEIRS = {Source.MOTORS.name: "/wheels/told", Source.CAMERA_0.name: "/left/image"}
"""Topics of a recording whose drivers call them otherwise."""


def started(
    monkeypatch: pytest.MonkeyPatch, settings: InferenceSettings, **arguments: str
) -> dict[str, dict[str, Any]]:
    """What each node is given, by executable, in a replay of a run with ``settings``."""
    file = runpy.run_path(str(LAUNCH))
    contract = Contract.model_validate_json(contract_text(settings, RobotConfig(), "", THEIRS))
    runtime = SimpleNamespace(metadata=SimpleNamespace(control_rate_hz=200.0))
    given: dict[str, dict[str, Any]] = {}
    replaced = {
        "Node": lambda **named: given.update({named["executable"]: named}),
        "required": lambda *_: [],
        "_files": lambda _: (contract, "policy.onnx", "robot.yaml", runtime),
    }
    for name, value in replaced.items():
        monkeypatch.setitem(file["_start"].__globals__, name, value)
    for name in ("refuse_busy_domain", "remove_leftovers"):
        monkeypatch.setattr(start_up, name, lambda *_: None)
    usual = {"bag": "bag", "rate": "1", "safety": "false", "dashboard": "true",
             "dashboard_port": "8080", "network": "local"}  # fmt: skip
    named = {argument.name: usual.get(argument.name, "") for argument in file["ARGUMENTS"]}
    file["_start"](SimpleNamespace(launch_configurations={**named, **arguments}))
    return given


def test_the_page_shows_what_the_recording_calls_otherwise(monkeypatch: pytest.MonkeyPatch):
    given = started(monkeypatch, InferenceSettings())
    assert ("motor_commands", "/wheels/told") in given["dashboard"]["remappings"]
    assert ("camera_0/depth/image_rect_raw", "/left/image") in given["dashboard"]["remappings"]


def test_the_limits_are_those_of_the_recording(monkeypatch: pytest.MonkeyPatch):
    """Else a robot that was driven slowly is asked for more, and its commands are others."""
    settings = InferenceSettings(limits=CommandLimits(max_forward=0.2), instruction_lasts_s=9.0)
    given = started(monkeypatch, settings)
    *_, last = given["inference"]["parameters"]
    assert last["limits.max_forward"] == 0.2
    assert last["limits.max_yaw_rate"] == CommandLimits().max_yaw_rate
    assert last["instruction_lasts_s"] == 9.0
