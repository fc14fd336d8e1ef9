"""Processor time of other processes."""

import os
from pathlib import Path


def processor_s(process: int) -> float:
    """Processor time that a process has used, s; to 10 ms, as Linux counts it.

    Raises:
        OSError: it has ended.
    """
    words = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
