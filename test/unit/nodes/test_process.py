"""How a node's process ends when something is wrong."""

from types import SimpleNamespace
from typing import Any

import pytest

from ballbot_fusion.nodes import exit_codes, process


class Node:
    """A node that fails while it works, without its middleware."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure
        self.said: list[str] = []
        self.ends: list[str] = []
        self.active = self.configured = True
        self.manager = SimpleNamespace(stopping=lambda: self.ends.append("stopping"))

    def get_logger(self) -> Any:
        return SimpleNamespace(fatal=self.said.append)

    def fails(self, *_: Any) -> None:
        raise self.failure

    def finish(self) -> None:
        self.ends.append("motors at zero")

    def destroy_node(self) -> None:
        self.ends.append("gone")


@pytest.mark.parametrize("failure", [RuntimeError("it is broken"), OverflowError("too large")])
def test_whatever_ends_the_loop_motors_are_left_at_zero(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Node(failure)
    monkeypatch.setattr(process.rclpy, "init", lambda **_: None)
    monkeypatch.setattr(process.rclpy, "try_shutdown", lambda: None)
    monkeypatch.setattr(process, "_end_on_signals", lambda _: None)
    monkeypatch.setattr(process, "_is_alone", lambda _: object())
    monkeypatch.setattr(process, "_start", lambda _: True)
    monkeypatch.setattr(process, "_loop", node.fails)
    with pytest.raises(SystemExit) as ended:
        process.run(lambda: node)
    assert ended.value.code == exit_codes.FAILED
    assert node.ends == ["stopping", "motors at zero", "gone"]
    (text,) = node.said
    assert f"{type(failure).__name__}: {failure}" in text
    assert ("in fails" in text) == (not isinstance(failure, RuntimeError)), "its place"


@pytest.mark.parametrize("refuses", [0, 1])
@pytest.mark.parametrize("step", ["_is_alone", "_start"])
def test_where_one_of_several_cannot_begin_all_end(
    step: str, refuses: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes: list[Any] = [Node(RuntimeError("it works")) for _ in range(2)]
    monkeypatch.setattr(process.rclpy, "init", lambda **_: None)
    monkeypatch.setattr(process.rclpy, "try_shutdown", lambda: None)
    monkeypatch.setattr(process, "_end_on_signals", lambda _: None)
    monkeypatch.setattr(process, "_is_alone", lambda _: object())
    monkeypatch.setattr(process, "_start", lambda _: True)
    wrong = None if step == "_is_alone" else False
    monkeypatch.setattr(process, step, lambda node: wrong if node is nodes[refuses] else True)
    monkeypatch.setattr(process, "_loop", nodes[0].fails)
    with pytest.raises(SystemExit) as ended:
        process.run_together(lambda: nodes, lambda _: None)
    assert ended.value.code == exit_codes.REFUSED
    assert [node.ends for node in nodes] == [["stopping", "motors at zero", "gone"]] * 2
    assert not any(node.said for node in nodes), "the loop never began"
