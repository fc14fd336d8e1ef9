"""What the end of a process means for its launch."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from launch.action import Action
from launch.actions import EmitEvent, RegisterEventHandler, TimerAction
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown

from ballbot_fusion.nodes.exit_codes import REFUSED, STUCK

Make = Callable[[], Action]
"""Makes a process; launch runs each one once."""
Reaction: TypeAlias = Action | list[Action] | None


def _outcome(code: int, name: str) -> Action:
    if code:
        raise RuntimeError(f"{name} failed (exit code {code}); see its message above")
    return EmitEvent(event=Shutdown(reason=f"{name} ended"))


def _code(event: Any) -> int:
    """How a process ended; who was kept by the middleware had ended well."""
    return 0 if event.returncode == STUCK else int(event.returncode)


def _followed(node: Action, react: Callable[[int], Reaction]) -> list[Action]:
    """Run a process, and do what ``react`` says of its exit code, unless the launch is ending."""

    def ended(event: Any, context: Any) -> Reaction:
        return None if context.is_shutdown else react(_code(event))

    return [node, RegisterEventHandler(OnProcessExit(target_action=node, on_exit=ended))]


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
        code = 0 if context.is_shutdown else _code(event)
        return _outcome(code, name) if code or not running else None

    watched = (RegisterEventHandler(OnProcessExit(target_action=n, on_exit=ended)) for n in nodes)
    return [*nodes, *watched]


def kept_alive(make: Make, name: str) -> list[Action]:
    """Run a process, and another one whenever it is killed.

    One that ends by itself, as it does when what it was given is wrong, ends the launch instead:
    started again, it would end again.
    """
    return _followed(
        make(), lambda code: kept_alive(make, name) if code < 0 else _outcome(code, name)
    )


def brought_back(make: Make, name: str, *, after_s: float) -> list[Action]:
    """Run a process, and another one ``after_s`` seconds after it ended, however it did.

    If the first one refuses what it was given, that is the launch's failure. A later one has no
    say in it: what is wrong by then may be mended, while the others go on without it.
    """

    def again(_: int) -> Action:
        return TimerAction(period=after_s, actions=_followed(make(), again))

    return _followed(make(), lambda code: _outcome(code, name) if code == REFUSED else again(code))


def until_done(make: Make, *, after_s: float) -> list[Action]:
    """Run a process until one ends well; ``after_s`` seconds after a failure there is another."""

    def react(code: int) -> Action | None:
        if not code:
            return None
        return TimerAction(period=after_s, actions=until_done(make, after_s=after_s))

    return _followed(make(), react)
