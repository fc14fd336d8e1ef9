"""How pytest-xdist shares the tests out: files go to whoever is free; graphs in real time are last.

They want the machine for themselves: one process runs all of theirs, and begins when the others
have ended. Graphs that give the same result on a busy machine are files like others.
"""

from pathlib import PurePath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

GRAPHS = "test/ros"
PATIENT = tuple(
    f"{GRAPHS}/test_{name}.py"
    for name in ("dashboard", "lockstep", "recording", "replay_measure", "bad_input")
)
"""In lockstep, or over before anything balances. Not graphs that last for minutes: of two side by
side, one took a policy for gone that was there."""
LONG = (*PATIENT, "test/learning", "test/test_")
"""What takes long begins first, so that all end at about the same time."""


def scope(node_id: str) -> str:
    """What of a test's node id goes to one process together: its file, or all in real time."""
    path = node_id.split("::", 1)[0]
    return GRAPHS if _in_real_time(path) else path


def _in_real_time(path: str) -> bool:
    return path.startswith(f"{GRAPHS}/") and path not in PATIENT


def place(node_id: str) -> int:
    """Where a test comes: long ones first, graphs last."""
    if _in_real_time(node_id.split("::", 1)[0]):
        return 2
    return 0 if node_id.startswith(LONG) else 1


class GraphsLast(LoadScopeScheduling):
    """Tests by scope, in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        """Keep the order: xdist would begin with the scope of the most tests."""
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)

    def remove_node(self, node: WorkerController) -> str | None:
        """Give back what a process has left; the test in which it died counts as run.

        xdist would begin that test again, and again lose a process by it, and so on.
        """
        left = self.assigned_work.pop(node)
        units = left.values()
        died_in = next((test for unit in units for test, ran in unit.items() if not ran), None)
        if died_in is None:
            return None
        left[scope(died_in)][died_in] = True
        self.workqueue.update({key: unit for key, unit in left.items() if not all(unit.values())})
        self._reschedule_all()
        return died_in

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        """Note it; a process that waits for the others may begin now."""
        super().mark_test_complete(node, item_index, duration)
        self._reschedule_all()

    def _reschedule_all(self) -> None:
        for node in self.nodes:
            if node in self.registered_collections:  # a new one collects first
                self._reschedule(node)

    def _reschedule(self, node: WorkerController) -> None:
        others = [work for other, work in self.assigned_work.items() if other is not node]
        # A process keeps its last test until it hears what comes next, or that nothing does.
        if next(iter(self.workqueue), None) == GRAPHS and any(
            self._pending_of(work) > 1 for work in others
        ):
            return
        super()._reschedule(node)
        if not self.workqueue:
            self._nothing_more_comes()

    def _nothing_more_comes(self) -> None:
        for node in self.nodes:
            if not node.shutting_down:
                node.shutdown()


def in_order(items: list[pytest.Item], root: PurePath) -> list[pytest.Item]:
    """The tests, long ones first and graphs last; otherwise as they were."""
    return sorted(items, key=lambda item: place(item.path.relative_to(root).as_posix()))
