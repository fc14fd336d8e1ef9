"""What operators ask for on a page: done in order, on a thread and a node of their own."""

import queue
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node

from ballbot_fusion.nodes import leaving
from ballbot_fusion.operation import faults, parameters
from ballbot_fusion.operation.client import NobodyAnswersError
from ballbot_fusion.operation.parameters import ParameterRefusedError
from ballbot_fusion.operation.recorder import record
from ballbot_fusion.operation.reported import BRIDGE, whose
from ballbot_fusion.operation.triggers import trigger, trigger_until

WAITING = 8
"""Errands that may wait; more are refused, as whoever hits a button again and again expects."""
Answer = tuple[bool, str]
"""Whether it was done, and a sentence."""
Deed = Callable[[Node], Answer]
PUSHES = ("push_force", "push_direction_deg")


class Done(NamedTuple):
    """What came of an errand."""

    what: str
    succeeded: bool
    text: str


def own_node(name: str) -> tuple[Node, SingleThreadedExecutor]:
    """Make a node with an executor of its own, which whoever uses it must keep."""
    node = Node(name, enable_rosout=False, start_parameter_services=False)
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    return node, executor


class Errands:
    """Runs deeds one after the other; what came of them is taken with ``done``."""

    def __init__(self) -> None:
        """Start the thread."""
        self._node, self._executor = own_node("dashboard_operator")
        self._waiting: queue.Queue[tuple[str, Deed] | None] = queue.Queue(WAITING)
        self._done: queue.SimpleQueue[Done] = queue.SimpleQueue()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="errands", daemon=True)
        self._thread.start()

    def _ask(self, what: str, deed: Deed) -> None:
        try:
            self._waiting.put_nowait((what, deed))
        except queue.Full:
            self._done.put(Done(what, False, f"{WAITING} other things are waiting; ask again"))

    def done(self) -> list[Done]:
        """Take what came of errands since the last call."""
        found = []
        while not self._done.empty():
            found.append(self._done.get())
        return found

    def close(self) -> None:
        """End the thread, at most after the deed that it does; what waits is not done any more."""
        self._ending.set()
        with suppress(queue.Full):  # then it need not be woken
            self._waiting.put_nowait(None)
        self._thread.join(1.0)
        with leaving.in_time():
            self._node.destroy_node()

    def _run(self) -> None:
        while (asked := self._waiting.get()) is not None and not self._ending.is_set():
            what, deed = asked
            try:
                succeeded, text = deed(self._node)
            except (NobodyAnswersError, ParameterRefusedError, RuntimeError, ValueError) as error:
                succeeded, text = False, str(error)
            self._done.put(Done(what, succeeded, text))

    # --- what can be asked ---

    def arm(self) -> None:
        """Let commands through to the motors."""
        states = ("ARMED", "FALLBACK")
        self._ask("arm", lambda node: trigger_until(node, "safety/arm", states))

    def disarm(self) -> None:
        """Zero the motors."""
        self._ask("disarm", lambda node: trigger_until(node, "safety/disarm", ("DISARMED",)))

    def reset(self) -> None:
        """Put the simulated robot back on its stand."""
        self._ask("reset", lambda node: trigger(node, "reset"))

    def push(self, force: float, direction_deg: float) -> None:
        """Shove the simulated robot: newton, degrees from the world's x axis."""
        values = dict(zip(PUSHES, (force, direction_deg), strict=True))
        self._ask("push", partial(_pushed, values=values))

    def fault(self, text: str) -> None:
        """Inject a fault, in the words of `ballbot fault`."""
        self._ask("fault", partial(_faulty, text=text))

    def record(self, *, on: bool) -> None:
        """Begin a recording, or end the one that runs."""
        self._ask("record", partial(record, on=on))

    def clear_faults(self, nodes: Collection[str]) -> None:
        """End all faults that these nodes know."""
        self._ask("faults", partial(_cleared, nodes=tuple(nodes)))


def _faulty(node: Node, text: str) -> Answer:
    faults.inject(node, whose(text.partition(" ")[0]), text)
    return True, f"{text}: switched on"


def _cleared(node: Node, nodes: Collection[str]) -> Answer:
    """Each is asked, even where another one does not answer."""
    wrong = []
    for name in nodes:
        try:
            faults.end_all(node, name)
        except (NobodyAnswersError, ParameterRefusedError) as error:
            wrong.append(str(error))
    return not wrong, "; ".join(wrong) or "all ended"


def _pushed(node: Node, values: dict[str, float]) -> Answer:
    parameters.write(node, BRIDGE, dict(values))
    return trigger(node, "push")
