"""Processes that do nothing but keep cores busy."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_BUSY = "while True: pass"


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
