"""A process that hangs in C, with Python's lock in hand, when it leaves."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ballbot_fusion.nodes import exit_codes, leaving, process

LAUNCH_FILES = sorted((Path(__file__).parents[3] / "launch").glob("*.launch.py"))

HANGS = """
import ctypes
from ballbot_fusion.nodes import leaving
def leave():
    with leaving.in_time(0.5, CODE):
        ctypes.PyDLL(None).sleep(100)  # PyDLL keeps Python's lock
RUN
"""
LEAVES = {
    "main thread": "leave()",
    "another": "import threading; threading.Thread(target=leave).start()",
}


@pytest.mark.parametrize("run", LEAVES.values(), ids=LEAVES)
@pytest.mark.parametrize("code", [0, exit_codes.STUCK])
def test_it_ends_and_says_why(code: int, run: str) -> None:
    began = time.monotonic()
    script = HANGS.replace("CODE", str(code)).replace("RUN", run)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, timeout=60, text=True
    )
    assert done.returncode == code
    assert time.monotonic() - began >= 0.5
    assert leaving.WHY.decode() in done.stderr


def test_who_leaves_in_time_is_left_alone() -> None:
    script = (
        "import time; from ballbot_fusion.nodes import leaving\n"
        "for _ in range(1000):\n"
        "    with leaving.in_time(0.2): pass\n"
        "try:\n"
        "    with leaving.in_time(0.2): raise ValueError('its own')\n"
        "except ValueError: pass\n"
        "time.sleep(0.4)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("file", LAUNCH_FILES, ids=lambda file: file.name)
def test_who_is_stuck_ends_before_its_launch_ends_it(file: Path) -> None:
    found = re.findall(r"\"?sigterm_timeout\"?[=:] ?\"([\d.]+)\"", file.read_text())
    assert found
    assert min(map(float, found)) > process.LINGER_S + leaving.LEAVES_S
