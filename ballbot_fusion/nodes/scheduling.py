"""Who gets the processor first: the control loop, where that is permitted."""

import os
from collections.abc import Iterator
from pathlib import Path


def _threads() -> Iterator[int]:
    """Every thread of this process, those of the middleware included."""
    yield from (int(entry.name) for entry in Path("/proc/self/task").iterdir())


def take_priority(priority: int) -> str:
    """Schedule the whole process; return in words what came of it.

    Args:
        priority: above 0 a SCHED_FIFO priority, below 0 a niceness, 0 leaves everything as it is.
            Threads that are started later inherit it.
    """
    if priority == 0:
        return "normal"
    try:
        for thread in _threads():
            if priority > 0:
                os.sched_setscheduler(thread, os.SCHED_FIFO, os.sched_param(priority))
            else:
                os.setpriority(os.PRIO_PROCESS, thread, -priority)
    except PermissionError:
        return "normal; real time needs root, or `rtprio` in /etc/security/limits.conf"
    return f"real time, priority {priority}" if priority > 0 else f"niceness {-priority}"
