"""What a service manager hears, on a real socket."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ballbot_fusion.nodes.readiness import Manager

PROCESS = 4242


def heard(manager: socket.socket) -> list[str]:
    lines = []
    while True:
        try:
            lines.append(manager.recv(4096).decode())
        except BlockingIOError:
            return lines


@pytest.fixture(params=["path", "abstract"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """A manager's socket, and how NOTIFY_SOCKET names it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.setblocking(False)
        if request.param == "path":
            name = str(tmp_path / "notify")
            manager.bind(name)
        else:
            name = f"@ballbot_fusion_test_{tmp_path.name}"
            manager.bind(f"\0{name[1:]}")
        yield name, manager


def test_ready_and_stopping_once_and_status_when_it_changes(
    place: tuple[str, socket.socket],
) -> None:
    name, manager = place
    told = Manager({"NOTIFY_SOCKET": name}, PROCESS)
    assert told.listens
    for _ in range(3):
        told.ready()
        told.status("ARMED: armed")
    told.status("FALLBACK: the policy\nis silent")
    told.alive(1.0)
    told.stopping()
    assert heard(manager) == [
        "READY=1", "STATUS=ARMED: armed", "STATUS=FALLBACK: the policy is silent", "STOPPING=1",
    ]  # fmt: skip
    assert told.lost == 0


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"WATCHDOG_USEC": "2000000"}, 5),
        ({"WATCHDOG_USEC": "2000000", "WATCHDOG_PID": str(PROCESS)}, 5),
        ({"WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "1"}, 0),
        ({"WATCHDOG_USEC": "0"}, 0),
        ({"WATCHDOG_USEC": "soon"}, 0),
        ({}, 0),
    ],
)
def test_the_watchdog_is_told_twice_in_its_time(
    place: tuple[str, socket.socket], environment: dict[str, str], expected: int
) -> None:
    name, manager = place
    told = Manager({"NOTIFY_SOCKET": name, **environment}, PROCESS)
    for tenth in range(41):
        told.alive(100.0 + tenth / 8)  # 5 s: exact in binary
    assert heard(manager) == ["WATCHDOG=1"] * (expected + (expected > 0))


@pytest.mark.parametrize("name", ["", "vsock:2:9999", "relative/path"])
def test_nobody_listens(name: str) -> None:
    told = Manager({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1"}, PROCESS)
    assert not told.listens
    told.ready()
    told.alive(1.0)
    assert told.lost == 0


def test_a_manager_that_does_not_read_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        told = Manager({"NOTIFY_SOCKET": str(path)}, PROCESS)
        for number in range(5000):
            told.status(f"turn {number}")
        assert told.lost > 0
        manager.setblocking(False)
        assert heard(manager)[0] == "STATUS=turn 0"
        told.ready()
        assert heard(manager) == ["READY=1"], "what could not be said before is said now"
    lost = told.lost
    told.status("it is gone")
    assert told.lost == lost + 1
