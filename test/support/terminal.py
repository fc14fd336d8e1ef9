"""A command at a terminal of its own, and somebody who reads and types."""

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Terminal:
    """The user's end."""

    def __init__(self, user: int, process: subprocess.Popen[bytes]) -> None:
        self._user, self.process = user, process
        self.text = ""

    def says(self, words: str, seconds: float = 120.0) -> bool:
        """Read until ``words`` have come since they were last waited for; False: they did not."""
        begin, end = len(self.text), time.monotonic() + seconds
        while words not in self.text[begin:] and time.monotonic() < end and self._read():
            pass
        return words in self.text[begin:]

    def types(self, keys: str) -> None:
        os.write(self._user, keys.encode())

    def ends(self, seconds: float = 120.0) -> int:
        """Read what it still says; return its exit code."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._read():
            pass
        return self.process.wait(10.0)

    def _read(self) -> bool:
        """Wait a little for more; False once the other end is closed."""
        if not select.select([self._user], [], [], 0.5)[0]:
            return True
        try:
            self.text += os.read(self._user, 4096).decode(errors="replace")
        except OSError:  # what Linux says of a terminal that nobody has open any more
            return False
        return True


@contextmanager
def at_terminal(command: Sequence[str]) -> Iterator[Terminal]:
    """Start a command whose input and output are a terminal, one without colours."""
    user, program = pty.openpty()
    environment = {**os.environ, "TERM": "dumb"}
    process = subprocess.Popen(
        command, stdin=program, stdout=program, stderr=program, env=environment
    )
    os.close(program)
    try:
        yield Terminal(user, process)
    finally:
        process.kill()
        process.wait()
        os.close(user)
