"""Errands of operators when the dashboard ends."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from ballbot_fusion.dashboard import errands
from ballbot_fusion.dashboard.errands import WAITING, Errands

PATIENCE_S = 20.0


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Errands, threading.Event, list[str]]]:
    """Errands of which one is being done until the event is set, and what else was done."""
    node = SimpleNamespace(destroy_node=lambda: None)
    monkeypatch.setattr(errands, "own_node", lambda _: (node, None))
    found, begun, may_end, done = Errands(), threading.Event(), threading.Event(), list[str]()

    def first(_: object) -> tuple[bool, str]:
        begun.set()
        return may_end.wait(PATIENCE_S), "first"

    def noted(_: object) -> tuple[bool, str]:
        done.append("another")
        return True, "another"

    found._ask("first", first)
    assert begun.wait(PATIENCE_S)
    for _ in range(WAITING):
        found._ask("another", noted)
    yield found, may_end, done
    may_end.set()


def test_whoever_ends_waits_for_one_deed_at_most(
    busy: tuple[Errands, threading.Event, list[str]],
) -> None:
    """With as many waiting as may wait, it waited until there was room for its own word."""
    found, may_end, done = busy
    closing = threading.Thread(target=found.close, daemon=True)
    closing.start()
    closing.join(PATIENCE_S)
    assert not closing.is_alive(), "it has nobody to wait for but the thread, for a second"
    may_end.set()
    found._thread.join(PATIENCE_S)
    assert not found._thread.is_alive()
    assert done == []


def test_faults_are_switched_where_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the policy by inference, which not every launch lets fail."""
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(errands.faults, "inject", lambda _, node, text: asked.append((node, text)))
    monkeypatch.setattr(errands.faults, "end_all", lambda _, node: asked.append((node, "")))
    errands._faulty(SimpleNamespace(), "policy nan for 1")
    errands._faulty(SimpleNamespace(), "camera_0 black")
    errands._cleared(SimpleNamespace(), ["inference", "mujoco_bridge"])
    assert asked == [
        ("inference", "policy nan for 1"), ("mujoco_bridge", "camera_0 black"),
        ("inference", ""), ("mujoco_bridge", ""),
    ]  # fmt: skip


def test_all_faults_are_ended_that_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy's process that hangs leaves no sensor's fault in force."""
    ended: list[str] = []

    def end_all(_: object, node: str) -> None:
        if node == "inference":
            raise errands.NobodyAnswersError("inference did not answer")
        ended.append(node)

    monkeypatch.setattr(errands.faults, "end_all", end_all)
    answer = errands._cleared(SimpleNamespace(), ["inference", "mujoco_bridge"])
    assert (answer, ended) == ((False, "inference did not answer"), ["mujoco_bridge"])
