"""The dashboard cleaned up and configured again, as it asks for where it refuses a change."""

import socket
from types import SimpleNamespace
from typing import Any

import pytest

from ballbot_fusion.dashboard import node as dashboard
from ballbot_fusion.dashboard import server
from ballbot_fusion.dashboard.settings import DashboardSettings


class Closed:
    """Something that must be closed, once."""

    made = 0

    def __init__(self, *_: Any) -> None:
        Closed.made += 1

    def close(self) -> None:
        Closed.made -= 1


class Dashboard(dashboard.Dashboard):
    """A dashboard without its middleware."""

    def __init__(self, port: int) -> None:
        self.settings = DashboardSettings(port=port)
        self._server = None
        self.configured = False

    def get_logger(self):
        return SimpleNamespace(info=lambda _: None)


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> Dashboard:
    for name in ("Errands", "StopButton", "Ears"):
        monkeypatch.setattr(dashboard, name, Closed if name != "Ears" else lambda *_: None)
    monkeypatch.setattr(dashboard.qos, "publisher", lambda *_: None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Dashboard(port)


def test_it_can_be_configured_again(node: Dashboard) -> None:
    """Its own port must not be busy with itself, and an open page must go on being told."""
    before = Closed.made
    node.configure()
    node.watch("page", looks=True)
    node.configure()
    assert node._watching == {"page"}
    node.finish()
    assert Closed.made == before


def test_what_happens_is_told_at_once(node: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between events, pages are told page_hz times a second."""
    eyes = SimpleNamespace(listen=lambda _: None, look=lambda _: None, close=lambda: None)
    monkeypatch.setattr(dashboard, "Eyes", lambda *_: eyes)
    node.configure()
    node.watch("page", looks=True)

    def told_anew(now_s: float) -> bool:
        before = node.frame
        node._look(now_s)
        return node.frame is not before

    assert told_anew(0.0)
    assert not told_anew(0.01)
    node.view.line.add("warn", "rgbd_0 masked", 0.02)
    assert told_anew(0.02)
    assert not told_anew(0.03)
    assert told_anew(0.03 + 1.0 / node.settings.page_hz)
    node.finish()


def test_its_token_is_not_said_for_recordings(node: Dashboard) -> None:
    """Whoever is given one could drive the robot."""
    said: list[str] = []
    node.settings = DashboardSettings(token="0123456789abcdef", host="0.0.0.0")
    node.get_fully_qualified_name = lambda: "/dashboard"
    node._in_force = SimpleNamespace(publish=lambda message: said.append(message.data))
    node._publish_parameters()
    (text,) = said
    assert '"node": "/dashboard"' in text
    assert '"host": "0.0.0.0"' in text
    assert "token" not in text


def test_a_page_is_served_once(node: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    """NiceGUI takes no application after the first has started."""
    served: list[Any] = []
    monkeypatch.setattr(server.ui, "run_with", lambda *_, **__: None)
    web = SimpleNamespace(run=served.append)
    monkeypatch.setattr(server.uvicorn, "Server", lambda _: web)
    node.configure()
    node.start()
    node.start()
    node.finish()
    assert len(served) == 1
