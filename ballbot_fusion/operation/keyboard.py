"""Single keys from a terminal."""

import select
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def keys() -> Iterator[Callable[[], str]]:
    """Give a function that returns the key pressed since the last call, or ''.

    Raises:
        RuntimeError: standard input is no terminal.
    """
    if not sys.stdin.isatty():
        raise RuntimeError(
            "Driving by keys needs a terminal. In scripts: ballbot drive --vx 0.3 --for 5"
        )
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)

    def read() -> str:
        text = ""
        while select.select([descriptor], [], [], 0.0)[0]:
            text = sys.stdin.read(1)
            if text == "\x1b":
                # Arrow keys send three characters at once; escape alone sends one.
                while select.select([descriptor], [], [], 0.005)[0] and len(text) < 3:
                    text += sys.stdin.read(1)
        return text

    try:
        tty.setcbreak(descriptor)
        yield read
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
