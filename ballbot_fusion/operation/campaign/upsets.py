"""What upsets a computer, done to a live graph: processes killed and stopped, cores kept busy."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ballbot_fusion.operation.campaign.live import Live

STOPPED_S = 1.0
HOGGED_S = 5.0
"""How long a process is stopped, or all cores are busy, s."""
RETURN_S = 30.0
"""How long a respawned process may take to drive again, s."""
_BUSY = "while True: pass"


@dataclass(frozen=True)
class Upset:
    """One thing that is done, and what must come of it."""

    do: Callable[[Live], None]
    caught: bool
    """Whether the fallback must take over."""
    returns: bool = True
    """Whether the policy must drive at the end."""
    latches: bool = False
    """Whether FAULT must be latched instead: the robot may fall."""


@contextmanager
def hogs(count: int) -> Iterator[None]:
    """Keep ``count`` cores busy for the length of a block."""
    busy = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def _kill(live: Live) -> None:
    live.signal("inference", signal.SIGKILL)


def _stop(live: Live) -> None:
    number = live.signal("inference", signal.SIGSTOP)
    try:
        live.pass_time(STOPPED_S)
    finally:
        os.kill(number, signal.SIGCONT)


def _kill_again(live: Live) -> None:
    """Kill the respawned process as soon as there is one: it is still loading."""
    first = live.signal("inference", signal.SIGKILL)
    end_s = time.monotonic() + RETURN_S
    while live.process_id("inference") in (None, first):
        if time.monotonic() > end_s:
            raise TimeoutError(f"inference was not respawned within {RETURN_S:g} s")
        live.pass_time(0.05)
    live.signal("inference", signal.SIGKILL)


def _hog(live: Live) -> None:
    with hogs(os.cpu_count() or 1):
        live.pass_time(HOGGED_S)


def _hog_and_burst(live: Live) -> None:
    live.faults(f"imu burst size 200 for {HOGGED_S:g}")
    _hog(live)


def _kill_and_stop(live: Live) -> None:
    """E-stop while the fallback balances and the policy's process comes back."""
    live.signal("inference", signal.SIGKILL)
    live.pass_time(0.3)
    live.e_stop()


UPSETS = {
    "inference killed": Upset(_kill, caught=True),
    "inference stopped for 1 s": Upset(_stop, caught=True),
    "inference killed, and again while it starts": Upset(_kill_again, caught=True),
    "all cores busy for 5 s": Upset(_hog, caught=False),
    "all cores busy for 5 s, IMU bursts": Upset(_hog_and_burst, caught=False),
    "inference killed, emergency stop": Upset(
        _kill_and_stop, caught=True, returns=False, latches=True
    ),
}
"""Upset by name."""
