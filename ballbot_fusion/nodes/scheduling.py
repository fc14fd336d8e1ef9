"""Who gets the processor first, and whose memory stays: the control loop's, where permitted."""

import ctypes
import os
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT = 1, 2, 4
"""Flags of mlockall(2)."""


def _threads() -> Iterator[int]:
    """Every thread of this process, those of the middleware included."""
    yield from (int(entry.name) for entry in Path("/proc/self/task").iterdir())


def take_turns(priority: int, niceness: int) -> str:
    """Schedule the whole process; return in words what came of it.

    Threads that are started later inherit it.

    Args:
        priority: above 0 of SCHED_FIFO; 0 leaves the policy as it is.
        niceness: -20 (first) to 19 among those that have no such priority; 0 leaves it as it is.
    """
    try:
        for thread in _threads():
            with suppress(ProcessLookupError):  # a thread that has ended since it was listed
                if priority:
                    os.sched_setscheduler(thread, os.SCHED_FIFO, os.sched_param(priority))
                elif niceness:
                    os.setpriority(os.PRIO_PROCESS, thread, niceness)
    except PermissionError:
        return "normal; more needs root, or `rtprio` and `nice` in /etc/security/limits.conf"
    if priority:
        return f"real time, priority {priority}"
    return f"niceness {niceness}" if niceness else "normal"


def lock_memory() -> str:
    """Keep every page in memory from its first use on; return in words what came of it.

    A page that was put aside for want of use costs the thread that needs it again milliseconds of
    waiting for the disk, whatever its priority. Fetching those never used yet, thread stacks above
    all, would cost each process 0.3 s at its start.
    """
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] != resource.RLIM_INFINITY and os.geteuid():
        # Under a finite limit the lock may succeed now and an allocation fail later.
        return "not locked; that needs root, or `memlock unlimited` in /etc/security/limits.conf"
    if ctypes.CDLL(None, use_errno=True).mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT):
        return f"not locked: {os.strerror(ctypes.get_errno())}"
    return "locked"
