"""A process that hangs in C, with Python's lock in hand, when it leaves."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ballbot_fusion.nodes import leaving, process

LAUNCH_FILES = sorted((Path(__file__).parents[3] / "launch").glob("*.launch.py"))

HANGS = """
import ctypes
from ballbot_fusion.nodes import leaving
with leaving.in_time(0.5):
    while True:
        ctypes.PyDLL(None).sleep(100)  # PyDLL keeps Python's lock
"""


def test_it_ends_and_says_where_it_was() -> None:
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, timeout=60, text=True)
    assert done.returncode == leaving.STUCK
    assert time.monotonic() - began >= 0.5
    assert 'File "<string>", line 6 in <module>' in done.stderr


def test_who_leaves_in_time_is_left_alone() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _: heard.append(number))
    rest = signal.setitimer(signal.ITIMER_REAL, 0.0)
    try:
        with pytest.raises(ValueError, match="own"), leaving.in_time(0.2):
            raise ValueError("its own")
        time.sleep(0.3)
        assert heard == []
        signal.raise_signal(signal.SIGALRM)
        assert heard == [signal.SIGALRM], "the handler is back"
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *rest)


@pytest.mark.parametrize("file", LAUNCH_FILES, ids=lambda file: file.name)
def test_who_is_stuck_ends_before_its_launch_ends_it(file: Path) -> None:
    found = re.findall(r"\"?sigterm_timeout\"?[=:] ?\"([\d.]+)\"", file.read_text())
    assert found
    assert min(map(float, found)) > process.LINGER_S + leaving.LEAVES_S
