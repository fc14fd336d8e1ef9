"""The actions that take a few lines each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from launch import console, events
from launch.action import Action, SomeEntities
from launch.substitution import SomeSubstitutions, performed

if TYPE_CHECKING:
    from launch.event_handlers import EventHandler
    from launch.launch_context import LaunchContext


class OpaqueFunction(Action):
    """Calls ``function(context, *args, **kwargs)``, which may return more actions."""

    def __init__(
        self,
        *,
        function: Callable[..., SomeEntities],
        args: Iterable[Any] | None = None,
        kwargs: dict[str, Any] | None = None,
        **left_over_kwargs: object,
    ) -> None:
        super().__init__(**left_over_kwargs)  # type: ignore[arg-type]
        self._call = lambda context: function(context, *(args or ()), **(kwargs or {}))

    def execute(self, context: LaunchContext) -> SomeEntities:
        """Call the function."""
        return self._call(context)


class SetEnvironmentVariable(Action):
    """Sets a variable for the processes that are started after it."""

    def __init__(self, name: SomeSubstitutions, value: SomeSubstitutions, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._name, self._value = name, value

    def execute(self, context: LaunchContext) -> None:
        """Set it."""
        context.environment[performed(context, self._name)] = performed(context, self._value)


class LogInfo(Action):
    """Prints a message."""

    def __init__(self, *, msg: SomeSubstitutions, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._msg = msg

    def execute(self, context: LaunchContext) -> None:
        """Print it."""
        console.info("launch.user", performed(context, self._msg))


class RegisterEventHandler(Action):
    """Has a handler act on events from now on."""

    def __init__(self, event_handler: EventHandler, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._handler = event_handler

    def execute(self, context: LaunchContext) -> None:
        """Register it."""
        context.register_event_handler(self._handler)


class EmitEvent(Action):
    """Lets the handlers of an event act."""

    def __init__(self, *, event: events.Event, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._event = event

    def execute(self, context: LaunchContext) -> None:
        """Emit it."""
        context.emit_event_sync(self._event)


class Shutdown(EmitEvent):
    """Ends the launch."""

    def __init__(self, *, reason: str = "reason not given", **kwargs: object) -> None:
        super().__init__(event=events.Shutdown(reason=reason), **kwargs)
