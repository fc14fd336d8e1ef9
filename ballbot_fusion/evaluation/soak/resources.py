"""What this process holds on to, as Linux counts it."""

from dataclasses import dataclass
from pathlib import Path
from resource import getpagesize

_SELF = Path("/proc/self")
MIB = 1024.0 * 1024.0


@dataclass(frozen=True)
class Resources:
    """Of this process, now."""

    memory_mib: float
    """Resident memory, MiB."""
    threads: int
    handles: int
    """Open files, sockets and pipes."""


def resources() -> Resources:
    """Look.

    Raises:
        OSError: there is no /proc, as on anything but Linux.
    """
    pages = int((_SELF / "statm").read_text(encoding="ascii").split()[1])
    # Looking itself opens one: the same one every time.
    return Resources(
        memory_mib=pages * getpagesize() / MIB,
        threads=sum(1 for _ in (_SELF / "task").iterdir()),
        handles=sum(1 for _ in (_SELF / "fd").iterdir()),
    )
