"""What happens while launching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from launch._refuse import missing_attribute

if TYPE_CHECKING:
    from launch.actions import ExecuteProcess

__all__ = ["Shutdown"]
__getattr__ = missing_attribute(__name__, __all__)


class Event:
    """Base of the events."""


class Shutdown(Event):
    """The launch is to end."""

    def __init__(self, *, reason: str = "reason not given", due_to_sigint: bool = False) -> None:
        self.reason = reason
        self.due_to_sigint = due_to_sigint


@dataclass(kw_only=True)
class ProcessExited(Event):
    """A process has ended; ``returncode`` is negative if a signal ended it."""

    action: ExecuteProcess
    process_name: str
    cmd: list[str]
    cwd: str | None
    env: dict[str, str]
    pid: int
    returncode: int


@dataclass
class TimerEvent(Event):
    """A TimerAction is due."""

    actions: list
