"""What a node does that cannot begin to work, or is to stop."""

from types import SimpleNamespace

import pytest
from rclpy.lifecycle import TransitionCallbackReturn

from ballbot_fusion.nodes import parameters
from ballbot_fusion.nodes.lifecycle import BallbotNode, NodeSettings


class Configured(BallbotNode):
    """A node without its middleware, which can do nothing while something is wrong."""

    model = NodeSettings

    def __init__(self, wrong: Exception) -> None:
        self.wrong: Exception | None = wrong
        self.active, self.failure = False, ""
        self.errors: list[str] = []
        self._managed_entities: set[object] = set()

    def get_logger(self):
        return SimpleNamespace(error=self.errors.append)

    def configure(self) -> None:
        self.start()

    def _take_down(self) -> None:
        pass

    def start(self) -> None:
        if self.wrong is not None:
            raise self.wrong


@pytest.mark.parametrize("kind", [OSError, ValueError, RuntimeError])
def test_a_node_that_cannot_begin_says_why_and_may_try_again(kind: type[Exception]) -> None:
    """Else rclpy swallows the exception and asks for configure, which would subscribe all twice."""
    node = Configured(kind("the disk is full"))
    assert node.on_activate(None) == TransitionCallbackReturn.FAILURE
    assert node.errors == [node.failure] == ["the disk is full"]
    assert not node.active
    node.wrong = None
    assert node.on_activate(None) == TransitionCallbackReturn.SUCCESS
    assert (node.active, node.failure) == (True, "")


@pytest.mark.parametrize("name", ["on_configure", "on_activate"])
def test_what_nobody_foresaw_is_told_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as an ImportError of a viewer's: else the process ends without a word."""
    monkeypatch.setattr(parameters, "read", lambda *_: NodeSettings())
    node = Configured(ImportError("no libglfw"))
    assert getattr(node, name)(None) == TransitionCallbackReturn.FAILURE
    assert node.failure == "ImportError: no libglfw"
    (told,) = node.errors
    assert "no libglfw" in told
    assert "in start" in told


class Lockstepped(NodeSettings):
    """Parameters of a node that others may wait for."""

    lockstep: bool = False


@pytest.mark.parametrize("lockstep", [False, True])
def test_lockstep_runs_from_start_to_end(lockstep: bool) -> None:
    """All count messages from the first tick on: whoever pauses could never follow again."""
    node = Configured(ValueError())
    node.wrong, node.settings = None, Lockstepped(lockstep=lockstep)
    stopped: list[bool] = []
    node.stop = lambda: stopped.append(True)
    assert node.on_activate(None) == TransitionCallbackReturn.SUCCESS
    done = node.on_deactivate(None) == TransitionCallbackReturn.SUCCESS
    assert (done, node.active, bool(stopped)) == (not lockstep, lockstep, not lockstep)
    assert len(node.errors) == lockstep
    assert all("End the launch instead" in text for text in node.errors)


@pytest.mark.parametrize("kind", [ValueError, OSError, OverflowError])
def test_what_cannot_be_set_is_refused_whatever_it_raises(
    kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is too long, a number that is too large: rclpy would pass it on to the loop."""

    def changed(_: NodeSettings) -> None:
        raise kind("too long")

    monkeypatch.setattr(parameters, "read", lambda *_: NodeSettings())
    node = Configured(ValueError())
    node.configured, node.live, node.changed = True, frozenset({"policy"}), changed
    assert node._check_change({"policy": "x"}) == "too long"
