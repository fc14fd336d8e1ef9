"""How processes that fill the cores are started."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

ONE_THREAD: Mapping[str, str] = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
}
"""Processes fill the cores; threads of maths libraries would only fight over them."""


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the processes that are started within the block.

    Libraries read such variables when they are loaded: they must be there before a process begins.
    """
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def leave_interrupts_to_parent() -> None:
    """Ctrl-C reaches every process of the terminal; only the parent has something to say."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
