"""Who may talk to the dashboard, and where it refuses to start."""

import asyncio
import socket
from typing import Any

import pytest

from ballbot_fusion.core.settings import SettingsError, validate
from ballbot_fusion.dashboard.access import ASK, FOREIGN, Access
from ballbot_fusion.dashboard.server import taken_socket
from ballbot_fusion.dashboard.settings import DashboardSettings

TOKEN = "0123456789abcdef"


def scope(host: str, kind: str = "http", query: str = "", **headers: str) -> dict[str, Any]:
    named = [(name.encode(), value.encode()) for name, value in {"host": host, **headers}.items()]
    return {"type": kind, "headers": named, "query_string": query.encode()}


async def nothing(*_: Any) -> None:
    return None


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])
def test_this_machine_comes_in(host: str) -> None:
    access = Access(nothing, "127.0.0.1", "")
    assert access.refusal(scope(host, origin=f"http://{host}")) == ""
    assert access.refusal(scope(host)) == ""


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8080", "http://elsewhere.example"),
        ("127.0.0.1:8080", "http://127.0.0.1:9000"),
        ("127.0.0.1:8080", "null"),
        ("elsewhere.example:8080", "http://elsewhere.example:8080"),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_other_pages_of_the_same_browser_do_not(host: str, origin: str, kind: str) -> None:
    """A page from anywhere may send requests to 127.0.0.1; a robot must not drive for it."""
    access = Access(nothing, "127.0.0.1", "")
    assert access.refusal(scope(host, kind, origin=origin)) == FOREIGN


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_network_needs_the_token(kind: str) -> None:
    access = Access(nothing, "0.0.0.0", TOKEN)
    host = "robot.local:8080"
    assert access.refusal(scope(host, kind)) == ASK
    assert access.refusal(scope(host, kind, query=f"token={TOKEN[:-1]}")) == ASK
    assert access.refusal(scope(host, kind, cookie="ballbot_token=wrong")) == ASK
    assert access.refusal(scope(host, kind, query=f"token={TOKEN}")) == ""
    assert access.refusal(scope(host, kind, cookie=f"ballbot_token={TOKEN}")) == ""


def test_a_refusal_reaches_nothing_behind_it() -> None:
    reached, sent = [], []

    async def behind(*_: Any) -> None:
        reached.append(1)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    access = Access(behind, "0.0.0.0", TOKEN)
    asyncio.run(access(scope("robot:8080"), nothing, send))
    asyncio.run(access(scope("robot:8080", "websocket"), nothing, send))
    assert reached == []
    assert sent[0]["status"] == 403
    assert sent[-1]["type"] == "websocket.close"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"host": "0.0.0.0"}, "needs? a token|Give a token"),
        ({"host": "192.168.1.5"}, "Give a token"),
        ({"host": "0.0.0.0", "token": "short"}, "12 or more"),
        ({"port": 0}, "port"),
        ({"picture_hz": 30.0}, "picture_hz"),
    ],
)
def test_it_refuses_to_start_open(values: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        validate(DashboardSettings, values, "dashboard")


def test_a_busy_port_is_said_in_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ValueError, match=f"port {port}: another program listens there"):
            taken_socket("127.0.0.1", port)
