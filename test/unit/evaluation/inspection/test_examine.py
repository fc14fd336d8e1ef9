"""What is found in a recording is what was done to it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.recorded import policy_file
from support.recorded_run import TRACE, rewritten

from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.inspection.examine import examine
from ballbot_fusion.evaluation.inspection.observed import InspectionError
from ballbot_fusion.evaluation.replay_policies import model_of, policies_of
from ballbot_fusion.recording.bag_reader import open_bag

MODELS = policy_path("default").parent


def test_every_tick_is_looked_at(found: dict[str, Any]) -> None:
    recording = found["recording"]
    assert recording["ticks"] == recording["replayed"] == recording["identical"] > 300
    assert found["policy"]["drove"]
    assert json.loads(json.dumps(found)) == found


def test_the_frozen_camera_is_masked_for_its_reason(found: dict[str, Any]) -> None:
    frozen = [row for row in found["outages"] if row["reason"] == "FROZEN"]
    assert {row["key"] for row in frozen} == {"rgbd_0"}
    shares = {row["key"]: row for row in found["masks"]}
    ticks = sum(row["ticks"] for row in frozen)
    assert shares["rgbd_0"]["masked"]["FROZEN"] == pytest.approx(
        ticks / found["recording"]["ticks"]
    )
    assert shares["orientation"] == {"key": "orientation", "trusted": 1.0, "masked": {}}
    assert any(
        text.startswith("rgbd_0 was masked") and "FROZEN" in text for text in found["remarks"]
    )


def test_late_encoders_are_seen_in_their_age_and_nowhere_else(found: dict[str, Any]) -> None:
    ages = {row["stream"]: row for row in found["ages"]}
    assert ages["encoders"]["p99_ms"] > 20.0 > 5.0 > ages["imu"]["max_ms"]
    streams = found["ages_over_time"]["streams"]
    assert max(streams["encoders"][: len(streams["encoders"]) // 2]) < 20.0


def test_what_is_masked_does_not_matter(found: dict[str, Any]) -> None:
    """The camera that was frozen in the last windows: neither exchanged nor hidden it matters."""
    for values in found["importance"].values():
        assert len(values["rgbd_0"]) == len(found["windows"])
        assert values["rgbd_0"][-1] == 0.0 < values["rgbd_1"][-1]


def test_statistics_are_those_of_the_numbers(found: dict[str, Any]) -> None:
    rows = {row["name"]: row for row in found["statistics"]}
    command = rows["command[0]"]
    assert command["max"] == pytest.approx(0.4)
    assert command["trained_min"] <= command["min"]
    shift = abs(command["mean"] - command["trained_mean"]) / command["trained_std"]
    assert command["shift"] == pytest.approx(shift)
    assert "dead" in rows["command[1]"]["note"]
    assert rows["vel[0]"]["note"] == ""


def test_each_command_is_one_period_behind_its_imu_sample(found: dict[str, Any]) -> None:
    """The loop without ROS hears of a command in the next period."""
    rows = {row["topic"]: row for row in found["latency"]["rows"]}
    assert rows["motor_commands"]["p50_ms"] == pytest.approx(5.0)
    assert rows["policy_command"]["p50_ms"] == pytest.approx(0.0)
    assert all(sum(row["bins"]) == row["n"] > 300 for row in rows.values())


def test_another_policy_is_asked_and_its_attention_shown(
    inspected_bag: Path, tmp_path: Path
) -> None:
    path = policy_file(tmp_path, "weighted")
    bag, other = open_bag(inspected_bag), PolicyRuntime.load(path)
    found, runtime = examine(
        bag, policies_of(bag, MODELS), lambda r: model_of(bag, MODELS, path, r), other
    )
    assert runtime is other
    assert not found["policy"]["drove"]
    assert found["recording"]["identical"] is None
    shares = np.array(list(found["attention"].values()))
    assert shares.sum(axis=0) == pytest.approx(1.0, abs=1e-3)
    # That policy was never trained: nothing to compare with.
    assert all(row["trained_mean"] is None for row in found["statistics"])


def test_a_recording_that_cannot_be_replayed_says_why(inspected_bag: Path, tmp_path: Path) -> None:
    without = rewritten(
        inspected_bag, tmp_path / "bag", lambda _, m: None if m.topic.name == TRACE.name else m
    )
    bag = open_bag(without)
    with pytest.raises(InspectionError, match="it has no ticks"):
        examine(bag, policies_of(bag, tmp_path), lambda r: model_of(bag, tmp_path, None, r))
