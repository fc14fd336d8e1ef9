"""What a figure was measured on, and how busy that was."""

import os
import platform
from pathlib import Path
from typing import Any

LEAST_TAKEN = 0.1
"""Time kept from a virtual machine that is worth a word, %."""
BUSY_SHARE = 0.25
"""Load beyond which a machine counts as busy with other things, of its cores."""


def _processor() -> str:
    """Its name as Linux knows it."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def machine() -> dict[str, Any]:
    """Return processor, cores and system, and the load by others: call it before measuring."""
    cores, load = os.cpu_count() or 1, os.getloadavg()[0]
    release = platform.release().partition("-")[0]  # what follows names who built it
    return {
        "processor": _processor(),
        "cores": cores,
        "system": f"{platform.system()} {release} {platform.machine()}",
        "load_before": round(load, 2),
        "busy": load > BUSY_SHARE * cores,
    }


def in_words(found: dict[str, Any]) -> str:
    """Return a sentence for readers of a page."""
    busy = (
        f"**busy with other things (load {found['load_before']:g}), which makes figures worse and "
        "ratios rough**"
        if found["busy"]
        else f"load {found['load_before']:g} before the bench"
    )
    taken = f"; its host kept {found['taken_%']:.1f} % of the processors from it"
    return (
        f"{found['processor']}, {found['cores']} cores, {found['system']}; {busy}"
        f"{taken if found['taken_%'] >= LEAST_TAKEN else ''}"
    )


def taken_s() -> float:
    """Return the processor time that the host of a virtual machine has kept from it so far, s."""
    words = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()
    return int(words[8]) / os.sysconf("SC_CLK_TCK")  # steal, see proc(5)


def permits_real_time() -> bool:
    """Whether a process of ours may be scheduled by SCHED_FIFO."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        return False
    os.sched_setscheduler(0, *before)
    return True
