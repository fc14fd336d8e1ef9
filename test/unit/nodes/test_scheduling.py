"""Scheduling and locked memory, each in a process of its own: both last as long as the process."""

import subprocess
import sys

import pytest

PROGRAM = """
from pathlib import Path
import os
from ballbot_fusion.nodes import scheduling
from ballbot_fusion.nodes.scheduling import lock_memory, take_turns
print({call})
print(os.sched_getscheduler(0), os.nice(0))
status = Path("/proc/self/status").read_text()
print(next(line for line in status.splitlines() if line.startswith("VmLck")).split()[1])
"""


def after(call: str) -> tuple[str, int, int, int]:
    """Return what the call said, and the scheduling policy, niceness and locked kB after it."""
    program = PROGRAM.format(call=call)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    said, scheduled, locked = done.stdout.splitlines()
    policy, niceness = scheduled.split()
    return said, int(policy), int(niceness), int(locked)


def test_zeros_leave_everything_as_it_is():
    here = after("'nothing'")
    assert after("take_turns(0, 0)") == ("normal", *here[1:])


def test_whoever_yields_needs_no_permission():
    assert after("take_turns(0, 19)")[::2] == ("niceness 19", 19)


@pytest.mark.parametrize(("call", "expected"), [
    ("take_turns(7, 0)", ("real time, priority 7", 1)),
    ("take_turns(0, -3)", ("niceness -3", 0)),
])  # fmt: skip
def test_what_is_said_is_what_was_done(call, expected):
    said, policy, niceness, _ = after(call)
    if said.startswith("normal"):
        assert "limits.conf" in said
        assert policy == 0
        assert niceness >= 0
    else:
        assert (said, policy) == expected


@pytest.mark.parametrize("call", ["take_turns(0, 19)", "take_turns(7, 0)"])
def test_a_thread_that_has_ended_since_it_was_listed_is_no_error(call):
    """Those of the middleware come and go while a node starts."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait(60.0)
    listed = f"scheduling.__dict__.update(_threads=lambda: ({ended.pid}, os.getpid()))"
    assert after(f"{listed} or {call}")[:3] == after(call)[:3]


def test_memory_is_locked_or_it_says_why_not():
    said, _, _, locked = after("lock_memory()")
    assert (said == "locked") == (locked > 0)
    assert said == "locked" or said.startswith("not locked")
