"""A policy that is made to fail while it drives: by the launch's words and by `ballbot fault`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.nodes.start_up import SIMULATION
from ballbot_fusion.operation.launched import Launched

pytestmark = pytest.mark.usefixtures("ros_domain_id")
BALLBOT = (sys.executable, "-m", "ballbot_fusion.cli.main")


def fault(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BALLBOT, "fault", *words], capture_output=True, text=True, timeout=60, check=False
    )


def switched(*words: str) -> list[dict[str, Any]]:
    done = fault(*words, "--json", "-")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def launched(folder: Path, *arguments: str) -> Launched:
    return Launched("sim.launch.py", "seed:=3", *arguments, log=folder / "launch.log")


def test_a_policy_fails_for_a_while_and_drives_again(tmp_path: Path) -> None:
    faults = "faults:=camera_0 black for 60; policy unfamiliar after 6 for 1"
    with launched(tmp_path, "policy_faults:=true", faults) as launch:
        failing, works = SIMULATION["failing_inference"], SIMULATION["inference"]
        assert failing == works, "it has its turn as what it stands in for"
        launch.says("FALLBACK: the policy withholds its command")
        launch.says("ARMED: the policy is good again")
        (found,) = switched("policy", "nan", "--for", "1")
        assert (found["text"], found["state"]) == ("policy nan for 1", "over")
        assert found["spoilt"] > 100
        assert "FALLBACK: the policy gave a torque that is not finite" in launch.text
        (again,) = switched("policy", "nan", "--for", "1")
        assert again["number"] == found["number"] + 1, "the same again begins anew"
        switched("policy", "silent")
        launch.says("FALLBACK: the policy is silent")
        assert [entry["state"] for entry in switched("policy", "--clear")] == ["cleared"]
        (other,) = switched("--clear")
        assert other["text"] == "camera_0 black for 60"


def test_whoever_only_works_cannot_be_made_to_fail(tmp_path: Path) -> None:
    with launched(tmp_path) as launch:
        launch.says("ARMED: armed")
        refused = fault("policy", "nan", "--for", "1")
    assert refused.returncode == 1
    said = " ".join(refused.stderr.split())
    assert "/inference has no parameter faults" in said
    assert "was given policy_faults:=true" in said


def test_a_launch_without_it_refuses_faults_of_the_policy(tmp_path: Path) -> None:
    with launched(tmp_path, "faults:=policy nan for 1") as launch:
        assert launch.wait(60.0) != 0
        assert "give policy_faults:=true, too" in launch.text
