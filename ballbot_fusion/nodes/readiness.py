"""Readiness, status and watchdog for a service manager: sd_notify(3), spoken without its library.

The protocol is lines of text in datagrams to the socket that NOTIFY_SOCKET names. Nothing here ever
waits: a manager that does not read loses messages, and the robot balances on.
"""

import os
import socket
from collections.abc import Mapping

SHARE = 0.5
"""The watchdog is told at this share of its time, as sd_watchdog_enabled(3) advises."""


class Manager:
    """Whoever started this process and wants to know how it is; or nobody."""

    def __init__(self, environment: Mapping[str, str], process: int) -> None:
        """Read NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; without the first, nobody listens."""
        name = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{name[1:]}" if name.startswith("@") else name
        self._socket: socket.socket | None = None
        if name.startswith(("/", "@")):
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)
        self._every_s = _watchdog_s(environment, process)
        self._next_s = 0.0
        self._said: dict[str, str] = {}
        self.lost = 0
        """Messages that the manager did not take."""

    @classmethod
    def of_this_process(cls) -> "Manager":
        """Return the one that the environment names."""
        return cls(os.environ, os.getpid())

    @property
    def listens(self) -> bool:
        """Whether there is one."""
        return self._socket is not None

    def ready(self) -> None:
        """Say, once, that this process does what it is for."""
        self._say_new("READY", "1")

    def stopping(self) -> None:
        """Say, once, that it ends."""
        self._say_new("STOPPING", "1")

    def status(self, sentence: str) -> None:
        """Say how it is, when that changed."""
        self._say_new("STATUS", " ".join(sentence.split()))

    def alive(self, now_s: float) -> None:
        """Tell the watchdog, if there is one, that the loop turns; call it several times a second.

        ``now_s`` is steady time.
        """
        if self._every_s is not None and now_s >= self._next_s:
            self._next_s = now_s + self._every_s
            self._send("WATCHDOG=1")

    def _say_new(self, key: str, value: str) -> None:
        if self._said.get(key) != value and self._send(f"{key}={value}"):
            self._said[key] = value

    def _send(self, line: str) -> bool:
        if self._socket is None:
            return False
        try:
            self._socket.sendto(line.encode("utf-8", "replace"), self._address)
        except OSError:  # it is gone, or its queue is full
            self.lost += 1
            return False
        return True


def _watchdog_s(environment: Mapping[str, str], process: int) -> float | None:
    """How often the watchdog is told, s; None: there is none, or it watches another process."""
    text, watched = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not text.isdigit() or int(text) == 0 or watched not in ("", str(process)):
        return None
    return int(text) * 1e-6 * SHARE
