"""What the end of a process means for its launch."""

from collections.abc import Callable, Sequence
from typing import Any

from launch.action import Action
from launch.actions import EmitEvent, RegisterEventHandler
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown


def _outcome(code: int, name: str) -> Action:
    if code:
        raise RuntimeError(f"{name} failed (exit code {code}); see its message above")
    return EmitEvent(event=Shutdown(reason=f"{name} ended"))


def required(node: Action, name: str) -> list[Action]:
    """Run a process, and end the launch with it; a failure of it is the launch's failure."""
    return required_until_all_end([node], name)


def required_until_all_end(nodes: Sequence[Action], name: str) -> list[Action]:
    """Run processes of which each ends when its part is over; the last one ends the launch.

    A failure of any of them is the launch's failure, at once.
    """
    running = len(nodes)

    def ended(event: Any, context: Any) -> Action | None:
        nonlocal running
        running -= 1
        code = 0 if context.is_shutdown else event.returncode
        return _outcome(code, name) if code or not running else None

    watched = (RegisterEventHandler(OnProcessExit(target_action=n, on_exit=ended)) for n in nodes)
    return [*nodes, *watched]


def kept_alive(make: Callable[[], Action], name: str) -> list[Action]:
    """Run the process that ``make`` makes, and another one whenever it is killed.

    One that ends by itself, as it does when what it was given is wrong, ends the launch instead:
    started again, it would end again.
    """
    node = make()

    def ended(event: Any, context: Any) -> Action | list[Action] | None:
        if context.is_shutdown:
            return None
        if event.returncode < 0:
            return kept_alive(make, name)
        return _outcome(event.returncode, name)

    return [node, RegisterEventHandler(OnProcessExit(target_action=node, on_exit=ended))]
