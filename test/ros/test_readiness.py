"""What a service manager hears of a real node, on a real socket."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ballbot_fusion.nodes import start_up

ROOT = Path(__file__).parents[2]


def node(module: str, manager: Path) -> subprocess.Popen[bytes]:
    code = f"from ballbot_fusion.nodes.{module} import main; main()"
    environment = {
        **os.environ, **start_up.environment("udp", "local"),
        "NOTIFY_SOCKET": str(manager), "WATCHDOG_USEC": "1000000",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment)


@pytest.mark.usefixtures("ros_domain_id")
def test_ready_when_data_came_alive_while_the_loop_turns_and_stopping(tmp_path: Path) -> None:
    heard: list[str] = []
    path = tmp_path / "notify"

    def hears(words: str, seconds: float = 30.0) -> bool:
        end = time.monotonic() + seconds
        while words not in heard and time.monotonic() < end:
            try:
                heard.append(manager.recv(4096).decode())
            except TimeoutError:
                continue
        return words in heard

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(0.2)
        safety = node("safety_node", path)
        try:
            assert hears("WATCHDOG=1")
            assert not hears("READY=1", 3.0), "nothing has come yet"
            bridge = node("mujoco_bridge", tmp_path / "nobody")
            try:
                assert hears("READY=1")
                assert any(line.startswith("STATUS=DISARMED") for line in heard)
                heard.clear()
                assert hears("WATCHDOG=1")
            finally:
                bridge.send_signal(signal.SIGTERM)
                bridge.wait(10.0)
        finally:
            safety.send_signal(signal.SIGTERM)
            assert safety.wait(10.0) == 0
        assert hears("STOPPING=1", 5.0)
