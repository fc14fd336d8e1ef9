"""What is done when something happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from launch._refuse import missing_attribute
from launch.action import Action, SomeEntities
from launch.events import Event, ProcessExited, Shutdown

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext

__all__ = ["OnProcessExit", "OnShutdown"]
__getattr__ = missing_attribute(__name__, __all__)

Reaction: TypeAlias = "SomeEntities | Callable[[Event, LaunchContext], SomeEntities]"


class EventHandler:
    """Base of the handlers."""

    def __init__(self, reaction: Reaction) -> None:
        self._reaction = reaction

    def matches(self, event: Event) -> bool:
        """Whether it acts on this event."""
        raise NotImplementedError

    def handle(self, event: Event, context: LaunchContext) -> SomeEntities:
        """What is to be visited because of the event."""
        return self._reaction(event, context) if callable(self._reaction) else self._reaction


class OnProcessExit(EventHandler):
    """Acts when a process has ended: this one, those that a function picks, or any."""

    def __init__(
        self,
        *,
        target_action: Action | Callable[[Action], bool] | None = None,
        on_exit: Reaction,
    ) -> None:
        super().__init__(on_exit)
        self._target = target_action

    def matches(self, event: Event) -> bool:
        """Whether the process that ended is meant."""
        if not isinstance(event, ProcessExited):
            return False
        if isinstance(self._target, Action) or self._target is None:
            return self._target in (None, event.action)
        return self._target(event.action)


class OnShutdown(EventHandler):
    """Acts when the launch is to end."""

    def __init__(self, *, on_shutdown: Reaction) -> None:
        super().__init__(on_shutdown)

    def matches(self, event: Event) -> bool:
        """Whether the launch is to end."""
        return isinstance(event, Shutdown)
