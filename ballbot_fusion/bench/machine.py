"""What a figure was measured on, and how busy that was."""

import os
import platform
import time
from pathlib import Path
from typing import Any

LEAST_TAKEN = 0.1
"""Time kept from a virtual machine that is worth a word, %."""
BUSY = 10.0
"""Use of the processors beyond which a machine counts as busy with other things, % of all."""
WATCHED_S, QUICK_WATCHED_S = 2.0, 0.1
"""For how long it is watched, while nothing of ours runs."""


def _processor() -> str:
    """Its name as Linux knows it."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _spent_s() -> list[float]:
    """What all processors have spent their time on so far, s, in the order of proc(5)."""
    words = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()[1:9]
    return [int(word) / os.sysconf("SC_CLK_TCK") for word in words]


def _others(seconds: float) -> float:
    """Watch for a while what others do with the processors, % of all.

    Not the load average: a minute later, that is still full of what this process did before.
    """
    before = _spent_s()
    time.sleep(seconds)
    spent = [now - then for now, then in zip(_spent_s(), before, strict=True)]
    idle = spent[3] + spent[4]  # that waits for a disk is idle, too
    return 100.0 * (sum(spent) - idle) / max(sum(spent), 1e-9)


def machine(watched_s: float = WATCHED_S) -> dict[str, Any]:
    """Return processor, cores and system, and what others use: call it before measuring."""
    cores, others = os.cpu_count() or 1, _others(watched_s)
    release = platform.release().partition("-")[0]  # what follows names who built it
    return {
        "processor": _processor(),
        "cores": cores,
        "system": f"{platform.system()} {release} {platform.machine()}",
        "others_before_%": round(others, 1),
        "busy": others > BUSY,
    }


def in_words(found: dict[str, Any]) -> str:
    """Return a sentence for readers of a page."""
    busy = (
        "**busy with other things, which makes figures worse and ratios rough**"
        if found["busy"]
        else f"{found['others_before_%']:.0f} % in use before the bench"
    )
    taken = f"; its host kept {found['taken_%']:.1f} % of the processors from it"
    return (
        f"{found['processor']}, {found['cores']} cores, {found['system']}; {busy}"
        f"{taken if found['taken_%'] >= LEAST_TAKEN else ''}"
    )


def taken_s() -> float:
    """Return the processor time that the host of a virtual machine has kept from it so far, s."""
    return _spent_s()[7]  # steal


def permits_real_time() -> bool:
    """Whether a process of ours may be scheduled by SCHED_FIFO."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        return False
    os.sched_setscheduler(0, *before)
    return True
