"""What the actions of one launch share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, MutableMapping
from typing import TYPE_CHECKING

from launch.substitution import Substitution

if TYPE_CHECKING:
    from launch.event_handlers import EventHandler
    from launch.events import Event
    from launch.launch_service import LaunchService


class LaunchContext:
    """Values of the launch arguments, the environment, and the way to the running launch."""

    def __init__(self, *, argv: Iterable[str] | None = None) -> None:
        self.argv = list(argv or [])
        self.launch_configurations: dict[str, str] = {}
        self.is_shutdown = False
        self._service: LaunchService | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def environment(self) -> MutableMapping[str, str]:
        """The environment that processes started from now on inherit."""
        return os.environ

    @property
    def service(self) -> LaunchService:
        """The launch that is running (not in the real API; for the stand-in's own actions)."""
        if self._service is None:
            raise RuntimeError("this LaunchContext belongs to no running launch")
        return self._service

    def perform_substitution(self, substitution: Substitution) -> str:
        """The text that a substitution stands for."""
        return substitution.perform(self)

    def emit_event_sync(self, event: Event) -> None:
        """Let the handlers of an event act, soon."""
        self.service.emit_event(event)

    def register_event_handler(self, event_handler: EventHandler) -> None:
        """Have a handler act on events from now on."""
        self.service.handlers.insert(0, event_handler)  # the newest acts first

    def temporary_folder(self) -> str:
        """A folder that lasts as long as the launch (not in the real API)."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="launch_params_")
        return self._folder.name

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
