import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.cli.main import main
from ballbot_fusion.nodes.run_summary import summary as launch_summary

ROOT = Path(__file__).parents[3]
SHORT = ["--policy", "lqr", "--seconds", "0.5", "--no-cameras"]


def simulated(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    code = main(["sim", *options, "--json", "-"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code == int(found["fell"])
    return found


def test_the_summary_has_the_keys_of_a_launch(capsys: pytest.CaptureFixture[str]) -> None:
    bridge = {
        "mode": "lockstep", "upright_s": "1", "fell": "False", "max_tilt_deg": "1",
        "trajectory_sha256": "x",
    }  # fmt: skip
    launched = launch_summary(
        {"mujoco_bridge": bridge, "inference": {"ticks": "1", "late_ticks": "0"}}, {}
    )
    found = simulated(capsys, *SHORT)
    assert list(found) == list(launched)
    assert list(found["rates_hz"]) == list(launched["rates_hz"])
    assert list(found["latency_ms"]) == list(launched["latency_ms"])
    assert found["mode"] == "lockstep"


def test_figures_of_a_short_run(capsys: pytest.CaptureFixture[str]) -> None:
    found = simulated(capsys, "--policy", "lqr", "--seconds", "1", "--terrain", "rough")
    assert found["upright_s"] == pytest.approx(1.0)
    assert found["policy_share"] == 1.0
    assert found["ticks"] == 201
    assert found["rates_hz"] == pytest.approx(
        {"imu": 1000.0, "joint_states": 500.0, "camera_0": 30.0, "camera_1": 30.0}, abs=1.5
    )


def test_a_seed_gives_the_same_bits_in_two_processes() -> None:
    command = [sys.executable, "-m", "ballbot_fusion.cli.main", "sim", "--policy", "lqr"]
    options = ["--seconds", "0.5", "--terrain", "rough", "--json", "-", "--seed"]

    def sha256(seed: str) -> str:
        text = subprocess.run(
            [*command, *options, seed], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        return str(json.loads(text)["trajectory_sha256"])

    assert sha256("1") == sha256("1") != sha256("2")


@pytest.mark.parametrize("change", [["--no-noise"], ["--velocity", "0.2", "0", "0"]])
def test_options_reach_the_simulation(
    change: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    without, with_it = simulated(capsys, *SHORT), simulated(capsys, *SHORT, *change)
    assert without["trajectory_sha256"] != with_it["trajectory_sha256"]


def test_a_fall_is_a_failure_and_the_run_goes_on(
    contrary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = simulated(capsys, "--policy", str(contrary), "--seconds", "3", "--no-cameras")
    assert found["fell"]
    assert found["upright_s"] < 3.0
    assert found["ticks"] == 601
    assert found["policy"] == "contrary"
