"""What a process holds on to, as Linux counts it."""

from dataclasses import dataclass
from pathlib import Path
from resource import getpagesize

MIB = 1024.0 * 1024.0


@dataclass(frozen=True)
class Resources:
    """Of one process, now."""

    memory_mib: float
    """Resident memory, MiB."""
    threads: int
    handles: int
    """Open files, sockets and pipes."""


def resources(process: int | None = None) -> Resources:
    """Look at a process by its id; None: this one.

    Raises:
        OSError: it has ended, or there is no /proc, as on anything but Linux.
    """
    place = Path("/proc") / ("self" if process is None else str(process))
    pages = int((place / "statm").read_text(encoding="ascii").split()[1])
    # Looking at itself opens one: the same one every time.
    return Resources(
        memory_mib=pages * getpagesize() / MIB,
        threads=sum(1 for _ in (place / "task").iterdir()),
        handles=sum(1 for _ in (place / "fd").iterdir()),
    )
