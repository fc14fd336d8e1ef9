"""Single keys from a terminal."""

import os
import re
import select
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_KEY = re.compile(r"\x1b[\[O][0-9;]*[A-Za-z~]|.", re.DOTALL)
_CHUNK = 256


def keys_in(text: str) -> list[str]:
    """Split what a terminal sent into keys: an arrow key is an escape sequence of three letters."""
    # Terminals in application mode send arrows as ESC O A: the same keys.
    return [re.sub(r"^\x1bO", "\x1b[", key) for key in _KEY.findall(text)]


@contextmanager
def keys() -> Iterator[Callable[[], list[str]]]:
    """Give a function that returns the keys pressed since its last call, oldest first.

    Raises:
        RuntimeError: standard input is no terminal.
    """
    if not sys.stdin.isatty():
        raise RuntimeError(
            "Driving by keys needs a terminal on standard input. In scripts: "
            "ballbot drive --vx 0.3 --for 5"
        )
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)

    def read() -> list[str]:
        # Not through sys.stdin: it buffers, and select does not see what it holds.
        text = b""
        while select.select([descriptor], [], [], 0.0)[0]:
            chunk = os.read(descriptor, _CHUNK)
            if not chunk:
                return [*keys_in(text.decode(errors="replace")), "\x04"]
            text += chunk
        return keys_in(text.decode(errors="replace"))

    try:
        tty.setcbreak(descriptor)
        yield read
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
