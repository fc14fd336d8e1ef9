"""Leaving the graph, within a time: the middleware may hang when a process takes its part down.

Fast DDS can lock itself up when peers vanish at the moment at which a process announces itself
(https://github.com/eProsima/Fast-DDS/issues/6502). Whoever then destroys a publisher waits for
ever, and holds Python's lock meanwhile: no handler, thread or timeout of Python's runs any more.
A timer of the C library needs none of them.
"""

import ctypes
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ballbot_fusion.nodes.exit_codes import STUCK

LEAVES_S = 2.0
"""How long a node may take to leave, s: less than our launch files wait until they end it."""
SAID_S = 0.1
"""So long before its end a process says why it ends, s."""
WHY = (
    b"the middleware does not let this process leave the graph, and it is ended by force; what it "
    b"has said and written is whole (https://github.com/eProsima/Fast-DDS/issues/6502)"
)
"""A format of printf: no per cent signs."""
_WHY = ctypes.create_string_buffer(WHY)
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


def _later(seconds: float, function: Any, value: int) -> ctypes.c_void_p:
    """Have a thread of the C library call ``function(value)`` after ``seconds``; its timer."""
    address = ctypes.cast(function, ctypes.c_void_p)
    event, timer = _Event(value, 0, _SIGEV_THREAD, address), ctypes.c_void_p()
    _must(_LIBC.timer_create(time.CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(timer)))
    whole, rest = divmod(seconds, 1.0)
    times = _Times((0, 0), (int(whole), int(rest * 1e9)))
    _must(_LIBC.timer_settime(timer, 0, ctypes.byref(times), None))
    return timer


@contextmanager
def in_time(seconds: float = LEAVES_S, code: int = STUCK) -> Iterator[None]:
    """End this process with ``code`` when the block takes longer; say why, on stderr.

    Only where everything that matters is done, and what was printed is flushed.

    Raises:
        OSError: the kernel has no timer left.
    """
    timers = [
        _later(seconds - SAID_S, _LIBC.warnx, ctypes.addressof(_WHY)),
        _later(seconds, _LIBC._exit, code),
    ]
    try:
        yield
    finally:
        for timer in timers:
            _must(_LIBC.timer_delete(timer))
