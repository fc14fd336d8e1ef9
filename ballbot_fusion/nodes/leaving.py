"""Leaving the graph, within a time: the middleware may hang when a process takes its part down.

Fast DDS can lock itself up when peers vanish at the moment at which a process announces itself
(https://github.com/eProsima/Fast-DDS/issues/6502). Whoever then destroys a publisher waits for
ever, and holds Python's lock meanwhile: no handler, thread or timeout of Python's runs any more.
A timer of the C library needs none of them.
"""

import ctypes
import faulthandler
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ballbot_fusion.nodes.exit_codes import STUCK

LEAVES_S = 2.0
"""How long a node may take to leave, s: less than our launch files wait until they end it."""
_LIBC = ctypes.CDLL(None, use_errno=True)
_SIGEV_THREAD = 2


class _Event(ctypes.Structure):
    """``struct sigevent``, sigevent(3type): what happens when a timer runs out."""

    _fields_ = [
        ("value", ctypes.c_int64),
        ("signal", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("function", ctypes.c_void_p),
        ("attributes", ctypes.c_void_p),
        ("rest", ctypes.c_char * 32),
    ]


class _Times(ctypes.Structure):
    """``struct itimerspec``, timer_settime(2): pairs of seconds and nanoseconds."""

    _fields_ = [("interval", ctypes.c_long * 2), ("value", ctypes.c_long * 2)]


def _must(done: int) -> None:
    if done:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _ends(code: int, seconds: float) -> ctypes.c_void_p:
    """Have a thread of the C library call ``_exit(code)`` after ``seconds``; return the timer."""
    function = ctypes.cast(_LIBC._exit, ctypes.c_void_p)
    event, timer = _Event(code, 0, _SIGEV_THREAD, function), ctypes.c_void_p()
    _must(_LIBC.timer_create(time.CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(timer)))
    whole, rest = divmod(seconds, 1.0)
    times = _Times((0, 0), (int(whole), int(rest * 1e9)))
    _must(_LIBC.timer_settime(timer, 0, ctypes.byref(times), None))
    return timer


@contextmanager
def in_time(seconds: float = LEAVES_S, code: int = STUCK) -> Iterator[None]:
    """End this process with ``code`` when the block takes longer; say where it was, on stderr.

    Only where everything that matters is done, and what was printed is flushed.

    Raises:
        OSError: the kernel has no timer left.
    """
    timer = _ends(code, seconds)
    faulthandler.dump_traceback_later(0.9 * seconds)
    try:
        yield
    finally:
        _must(_LIBC.timer_delete(timer))
        faulthandler.cancel_dump_traceback_later()
