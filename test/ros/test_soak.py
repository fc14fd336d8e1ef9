"""A soak of ten seconds by the clock, through real processes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ballbot_fusion.operation.soak.graph import PROCESSES

pytestmark = pytest.mark.usefixtures("ros_domain_id")


def test_faults_come_and_go_and_every_process_is_looked_at(tmp_path: Path) -> None:
    options = ["--soak", "0.003", "--graph", "--keep", tmp_path / "kept.jsonl", "--json", "-"]
    command = [sys.executable, "-m", "ballbot_fusion.cli.main", "campaign", *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    found = json.loads(done.stdout)
    assert (found["suite"], found["falls"], found["broke"]) == ("soak_graph", 0, [])
    assert (found["bad_commands"], found["without_effect"]) == (0, 0)
    assert found["faults"] >= 1
    assert found["simulated_s"] >= 10.8
    assert found["samples"] >= 10
    first = {entry["what"]: entry["first"] for entry in found["growth"]}
    assert all(first[f"{name}: memory"] > 20.0 for name in PROCESSES)
    assert all(first[f"{name}: file handles"] > 5 for name in PROCESSES)
    assert 0.1 < first["IMU sample to motor command, median"] < 30.0
    assert found["policy_share"] > 0.5
    assert done.returncode == int(not found["kept"])
    assert "ARMED: armed" in (tmp_path / "kept_logs" / "soak_1.log").read_text()
