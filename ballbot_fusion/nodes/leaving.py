"""Leaving the graph, within a time: the middleware may hang when a process takes its part down.

Fast DDS can lock itself up when peers vanish at the moment at which a process announces itself
(https://github.com/eProsima/Fast-DDS/issues/6502). Whoever then destroys a publisher waits for
ever, and holds Python's lock meanwhile: no handler, thread or timeout of Python's runs any more.
The kernel's alarm needs none of them.
"""

import faulthandler
import signal
from collections.abc import Iterator
from contextlib import contextmanager

LEAVES_S = 2.0
"""How long a node may take to leave, s: less than our launch files wait until they end it."""
STUCK = -signal.SIGALRM
"""Exit code of a process that did not get away in time, as its parent sees it."""


@contextmanager
def in_time(seconds: float = LEAVES_S) -> Iterator[None]:
    """End this process by force when the block takes longer; say where it was, on stderr.

    Only where everything that matters is done, and in the main thread.
    """
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    faulthandler.dump_traceback_later(0.9 * seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGALRM, before)
