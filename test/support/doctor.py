"""`ballbot doctor` beside the simulated hardware, and robot files with mistakes in them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml
from support.hardware import CONFIG, HARDWARE

from ballbot_fusion.core.topic_names import EFFORTS

BUSY = {"processor: load", "rtprio in /etc/security/limits.conf"}
"""What is wrong with the machine that tests run on is not wrong with the robot."""


def described(folder: Path, **wrong: Any) -> Path:
    """A robot file with mistakes in it."""
    values = yaml.safe_load((HARDWARE / "robot.yaml").read_text())
    for part, changes in wrong.items():
        values[part] = changes if isinstance(changes, list) else {**values[part], **changes}
    shutil.copyfile(CONFIG / "robot.yaml", folder / "base.yaml")
    path = folder / "wrong.yaml"
    path.write_text(yaml.safe_dump({**values, "extends": "base.yaml"}))
    return path


def examined(
    robot: Path, folder: Path, *more: str, command_type: str = EFFORTS
) -> tuple[int, list[dict[str, str]]]:
    """Exit code and findings of the verb."""
    told = folder / "doctor.json"
    command = [
        "ballbot", "doctor", "--robot", str(robot), "--topics", str(HARDWARE / "topics.yaml"),
        "--command-type", command_type, "--json", str(told), "--yes", *more,
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert told.exists(), run.stdout + run.stderr
    return run.returncode, json.loads(told.read_text())


def named(findings: list[dict[str, str]]) -> set[str]:
    return {f["parameter"] for f in findings if f["state"] == "failed"} - BUSY
