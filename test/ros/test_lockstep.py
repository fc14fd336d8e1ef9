"""Lockstep through the real graph: separate processes, the same bits as without ROS."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.policies import exported

from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.evaluation.campaign.live_words import launch_arguments
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.simulation.policy_faults import PolicyFault

ROOT = Path(__file__).parents[2]
SECONDS = 2
SEED = 3
STALL_S = 1.5


def launched(folder: Path, *arguments: str) -> Launched:
    return Launched(
        "sim.launch.py", "mode:=lockstep", f"seed:={SEED}", f"summary:={folder / 'summary.json'}",
        *arguments, log=folder / "launch.log",
    )  # fmt: skip


def summary_of(launch: Launched, folder: Path) -> dict[str, Any]:
    """Wait for the end, return the summary."""
    assert launch.wait(120.0) == 0, launch.text
    assert "Traceback" not in launch.text
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    return found


def run(folder: Path, *arguments: str) -> dict[str, Any]:
    """Launch, wait for the end, return the summary."""
    with launched(folder, f"duration:={SECONDS}", *arguments) as launch:
        return summary_of(launch, folder)


def stalled(folder: Path, *arguments: str) -> dict[str, Any]:
    """As ``run``, on a machine where inference and cameras get no processor for a while."""
    with launched(folder, f"duration:={SECONDS}", *arguments) as launch:
        launch.says("ARMED: armed")
        for name in ("inference", "camera_bridge"):
            process = launch.process_id(name)
            os.kill(process, signal.SIGSTOP)
            time.sleep(STALL_S)
            os.kill(process, signal.SIGCONT)
        return summary_of(launch, folder)


def without_ros(terrain: str, seconds: float = SECONDS, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "ballbot_fusion.cli.main", "sim", "--terrain", terrain]
    command += ["--seed", str(SEED), "--seconds", str(seconds), "--json", "-", *options]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize("terrain", ["flat", "rough"])
def test_the_same_bits_twice_and_without_ros(terrain: str, tmp_path: Path) -> None:
    first, again = run(tmp_path, f"terrain:={terrain}"), stalled(tmp_path, f"terrain:={terrain}")
    assert first["trajectory_sha256"] == again["trajectory_sha256"]
    assert first["trajectory_sha256"] == without_ros(terrain)["trajectory_sha256"]
    assert first["mode"] == "lockstep"
    assert first["upright_s"] == SECONDS
    assert first["policy_share"] == 1.0
    assert not first["fell"]


@pytest.fixture(scope="module")
def undisturbed() -> str:
    sha256: str = without_ros("flat")["trajectory_sha256"]
    return sha256


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize(
    "change", ["lose:=imu:700", "lose:=joints:350", "lose:=policy:150", "policy:=seed55", "seed:=4"]
)
def test_another_policy_or_one_lost_message_shows(
    change: str, undisturbed: str, tmp_path: Path
) -> None:
    found = run(tmp_path, change)
    assert found["trajectory_sha256"] != undisturbed
    assert not found["fell"]


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize(
    "faults",
    [
        "imu late size 10 after 0.8 for 0.5",
        "camera_0 jitter size 90 after 0.6; camera_1 queued for 1",
        # The policy's commands are late in neither: nothing newer comes, then only stamps are.
        "imu missing after 0.8 for 0.06; "
        "imu future size 5000 after 1.2; encoders future size 5000 after 1.2",
    ],
)
def test_switched_faults_give_the_same_bits_twice(
    faults: str, undisturbed: str, tmp_path: Path
) -> None:
    first = run(tmp_path, f"faults:={faults}")
    again = stalled(tmp_path, f"faults:={faults}")
    assert first["trajectory_sha256"] == again["trajectory_sha256"]
    assert first["trajectory_sha256"] != undisturbed
    assert first["policy_share"] == 1.0
    assert not first["fell"]


SPOILT = (
    PolicyFault("nan", 0.1025, 0.3025, 0.1),
    PolicyFault("silent", 1.1025, 1.1525),
    PolicyFault("killed", 2.1025, 2.3025),
    PolicyFault("slow", 3.1025, 3.3025, 20.0),
    PolicyFault("hung", 4.1025, 4.2025),
)
"""All that is done to the policy, s after the stand let go; half a period aside, for times are
rounded."""


@pytest.mark.usefixtures("ros_domain_id")
def test_a_policy_that_fails_is_replaced_as_without_ros(tmp_path: Path) -> None:
    path = str(policy_path("default"))
    episode = build(Scenario(path, seed=SEED, policy_faults=SPOILT))
    alone = episode.run(5.0)
    released_ns, line = episode.loop.log.released_ns, episode.loop.policy
    assert released_ns is not None
    assert line is not None
    (told, can_fail) = launch_arguments(
        (), tuple(replace(f, start_s=f.start_s + released_ns * 1e-9,
                          stop_s=f.stop_s + released_ns * 1e-9) for f in SPOILT)
    )  # fmt: skip
    with launched(tmp_path, "duration:=5", told, can_fail) as launch:
        found = summary_of(launch, tmp_path)
    assert found["trajectory_sha256"] == alone["trajectory_sha256"]
    # A launch goes on while it ends, and the policy drives meanwhile: for how long is the clock's.
    assert 0.0 < alone["policy_share"] <= found["policy_share"] < 1.0
    assert alone["policy_share"] < 0.5
    assert list(found["faults_spoilt"].values()) == line.effects
    assert not found["fell"]


@pytest.mark.usefixtures("ros_domain_id")
def test_a_killed_policy_is_replaced_by_the_fallback(tmp_path: Path) -> None:
    with launched(tmp_path, "duration:=4") as launch:
        launch.says("ARMED: armed")
        os.kill(launch.process_id("inference"), signal.SIGKILL)
        found = summary_of(launch, tmp_path)
    assert found["upright_s"] == 4.0
    assert 0.0 < found["policy_share"] < 1.0
    assert found["trajectory_sha256"] != without_ros("flat", 4.0)["trajectory_sha256"]


@pytest.mark.usefixtures("ros_domain_id")
def test_colour_is_seen_as_without_ros(tmp_path: Path) -> None:
    """The policy's every part has an influence: another pixel would be another trajectory."""
    policy, robot = tmp_path / "color.onnx", ROOT / "config" / "robot_color.yaml"
    keys = ("orientation", "angular_vel", "vel", "rgb_0", "rgb_1")
    policy.write_bytes(exported(keys).SerializeToString(deterministic=True))
    seconds = 0.1  # it does not balance: before it falls
    with launched(
        tmp_path, f"duration:={seconds}", f"robot:={robot}", f"policy:={policy}"
    ) as launch:
        found = summary_of(launch, tmp_path)
    options = ("--robot", str(robot), "--policy", str(policy))
    same = without_ros("flat", seconds, *options)
    assert found["trajectory_sha256"] == same["trajectory_sha256"]
    assert found["policy_share"] == 1.0
