"""Looking at a running graph from outside: what nodes say of themselves, what processes hold."""

import time
from collections.abc import Callable
from pathlib import Path

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node

from ballbot_fusion.operation.client import until

NODES = ("mujoco_bridge", "camera_bridge", "inference", "safety", "monitor")
"""Executables of sim.launch.py."""


class Diagnostics:
    """The newest diagnostics of every node, by its name."""

    def __init__(self, node: Node) -> None:
        """Listen with ``node``."""
        self._node = node
        self.values: dict[str, dict[str, str]] = {}
        node.create_subscription(DiagnosticArray, "/diagnostics", self._hear, 100)

    def _hear(self, message: DiagnosticArray) -> None:
        for status in message.status:
            name = status.name.split(":")[0].strip("/")
            self.values[name] = {entry.key: entry.value for entry in status.values}
            self.values[name]["message"] = status.message

    def await_(
        self, condition: Callable[[dict[str, dict[str, str]]], bool], seconds: float
    ) -> bool:
        """Whether what the nodes say fulfils ``condition`` within ``seconds``."""

        def holds() -> bool:
            try:
                return condition(self.values)
            except KeyError:
                return False  # not heard of yet

        return bool(until(self._node, holds, seconds))

    def pass_time(self, seconds: float) -> None:
        """Listen for a while."""
        end = time.monotonic() + seconds
        until(self._node, lambda: time.monotonic() >= end, seconds + 1.0)


def addresses(process: int) -> set[str]:
    """Local IPv4 addresses that a process has bound UDP and TCP sockets to."""
    inodes = set()
    for entry in Path(f"/proc/{process}/fd").iterdir():
        try:
            target = entry.readlink().name
        except OSError:
            continue  # closed meanwhile
        if target.startswith("socket:["):
            inodes.add(target[len("socket:[") : -1])
    found = set()
    for table in ("udp", "tcp"):
        for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[9] in inodes:
                number = bytes.fromhex(words[1].split(":")[0])
                found.add(".".join(str(byte) for byte in reversed(number)))
    return found


def shared_memory(process: int) -> set[str]:
    """Segments of the middleware's shared memory that a process maps."""
    lines = Path(f"/proc/{process}/maps").read_text().splitlines()
    names = {line.split("/dev/shm/", 1)[1] for line in lines if "/dev/shm/" in line}
    return {name for name in names if name.startswith(("fastdds", "fastrtps"))}
