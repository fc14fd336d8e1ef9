"""Processes that die or stand still."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ballbot_fusion.operation.campaign.around import Around
from ballbot_fusion.operation.campaign.live import Live
from ballbot_fusion.operation.campaign.upset import Upset

STOPPED_S = 1.0
"""How long a process stands still, s."""
RETURN_S = 30.0
"""How long a respawned process may take to drive again, s."""


def _kill(executable: str) -> Upset:
    def do(live: Live) -> None:
        process = live.process_id(executable)  # to find it takes longer than to take over
        live.upset(lambda: os.kill(process, signal.SIGKILL))

    return Upset(do)


def _stop(executable: str) -> Upset:
    def do(live: Live) -> None:
        process = live.process_id(executable)
        live.upset(lambda: os.kill(process, signal.SIGSTOP))
        try:
            live.pass_time(STOPPED_S)
        finally:
            os.kill(process, signal.SIGCONT)

    return Upset(do)


def _kill_again(live: Live) -> None:
    """Kill the respawned process as soon as there is one: it is still loading."""
    first = live.process_id("inference")
    live.upset(lambda: os.kill(first, signal.SIGKILL))
    end_s = time.monotonic() + RETURN_S
    while live.find("inference") in (None, first):
        if time.monotonic() > end_s:
            raise TimeoutError(f"inference was not respawned within {RETURN_S:g} s")
        live.pass_time(0.05)
    os.kill(live.process_id("inference"), signal.SIGKILL)


@contextmanager
def recording(folder: Path) -> Iterator[Around]:
    """Record into a folder of the run."""
    yield Around((f"record:={folder / 'recordings'}",))


UPSETS = {
    "inference killed": _kill("inference"),
    "inference stopped for 1 s": _stop("inference"),
    "inference killed, and again while it starts": Upset(_kill_again),
    "safety killed": _kill("safety"),
    "safety stopped for 1 s": _stop("safety"),
    "drivers stopped for 1 s": _stop("mujoco_bridge"),
    "recorder killed": Upset(_kill("recorder").do, recording),
}
"""By the name of the row in core/reactions/computer.py."""
