"""What the end of a process means for its launch: real launches of a shell that ends."""

import os
import subprocess
from pathlib import Path

import pytest

from ballbot_fusion.nodes.exit_codes import FAILED, REFUSED, STUCK

FILE = """
from launch import LaunchDescription
from launch.actions import ExecuteProcess
from ballbot_fusion.launching import ending
def make():
    return ExecuteProcess(cmd=["sh", "-c", "echo runs >> {log}; exit {code}"], name="kid")
def generate_launch_description():
    return LaunchDescription({how})
"""
HOWS = {"required": "ending.required(make(), 'kid')", "alive": "ending.kept_alive(make, 'kid')"}


@pytest.mark.parametrize("how", HOWS.values(), ids=HOWS)
@pytest.mark.parametrize(
    ("code", "outcome"), [(0, 0), (STUCK, 0), (FAILED, 1), (REFUSED, 1)],
    ids=["well", "stuck", "failed", "refused"],
)  # fmt: skip
def test_an_end_is_the_launchs_end(tmp_path: Path, how: str, code: int, outcome: int) -> None:
    """Who was kept by the middleware had ended well: that is no failure."""
    path, log = tmp_path / "kid.launch.py", tmp_path / "log"
    path.write_text(FILE.format(log=log, code=code, how=how))
    done = subprocess.run(
        ["ros2", "launch", str(path)],
        capture_output=True, text=True, timeout=60, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == outcome, done.stdout + done.stderr
    assert log.read_text() == "runs\n"
    assert (f"kid failed (exit code {code})" in done.stdout + done.stderr) == bool(outcome)
