"""Processes of a bench: what ends early is noticed, and nothing outlives the block."""

import os
import time
from pathlib import Path

import pytest

from ballbot_fusion.bench.live import processes
from ballbot_fusion.bench.live.processes import Processes

STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("here", flush=True)
time.sleep(60)
"""


def test_one_that_ends_early_is_named_with_what_it_said(tmp_path: Path) -> None:
    with Processes(tmp_path) as group:
        group.start("a", ["-c", "import time; time.sleep(60)"], {})
        group.start("b", ["-c", "print('no policy'); raise SystemExit(3)"], {})
        with pytest.raises(RuntimeError, match="late: b ended") as error:
            group.await_(lambda: False, "late", 20.0)
    assert "no policy" in str(error.value)


def test_stubborn_ones_are_ended_by_force_and_their_time_was_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "END_S", 0.2)
    with Processes(tmp_path) as group:
        group.start("stubborn", ["-c", STUBBORN], {})
        group.start("busy", ["-c", "while True: pass"], {})
        group.await_(lambda: "here" in group.said("stubborn"), "start", 20.0)
        before, begin = group.processor_s(), time.monotonic()
        while group.processor_s()["busy"] < before["busy"] + 0.05:
            assert time.monotonic() < begin + 20.0
            time.sleep(0.05)
        ids = [process.pid for process in group._running.values()]
    for number in ids:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)
