"""A launched graph that is driven about and upset: what is done to it, and what it says."""

import os
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

from rclpy.node import Node
from std_msgs.msg import String

from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.parameters import write
from ballbot_fusion.operation.triggers import LATCHED, STATE, trigger

YAW_RATE = 0.3
"""rad/s."""


class Live:
    """One launch, one node that listens to it, and somebody who steers."""

    def __init__(self, launch: Launched, node: Node) -> None:
        """Listen with ``node``."""
        self._launch, self._node = launch, node
        self.said = Diagnostics(node)
        self.states: list[tuple[float, str]] = []
        """What safety was in, with the time at which we heard of it (monotonic, s)."""
        self.upset_s: float | None = None
        """When the first signal was sent, monotonic, s."""
        node.create_subscription(String, STATE, self._hear, LATCHED)
        self._driver: subprocess.Popen[bytes] | None = None

    def _hear(self, message: String) -> None:
        self.states.append((time.monotonic(), message.data))

    def drive(self, speed: float) -> None:
        """Steer it round and round at ``speed``, m/s, until the block ends."""
        words = ["drive", "--vx", f"{speed:.3f}", "--yaw", f"{YAW_RATE}", "--for", "600"]
        command = [sys.executable, "-m", "ballbot_fusion.cli.main", *words]
        self._driver = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def process_id(self, executable: str) -> int | None:
        """The process that runs ``executable`` now; None: there is none."""
        try:
            return self._launch.process_id(executable)
        except LookupError:
            return None

    def signal(self, executable: str, number: int) -> int:
        """Send a signal; return the process that got it.

        Raises:
            LookupError: nobody runs ``executable``.
        """
        process = self._launch.process_id(executable)
        if self.upset_s is None:
            self.upset_s = time.monotonic()
        os.kill(process, number)
        return process

    def faults(self, words: str) -> None:
        """Switch faults of the streams on; see the bridge's parameter of that name."""
        write(self._node, "/mujoco_bridge", {"faults": words})

    def e_stop(self) -> None:
        """Press the emergency stop."""
        trigger(self._node, "safety/e_stop")

    def pass_time(self, seconds: float) -> None:
        """Listen for a while."""
        self.said.pass_time(seconds)

    def took_over_s(self) -> float | None:
        """Return the time from the first signal until FALLBACK was heard of, s; None: never."""
        if self.upset_s is None:
            return None
        after = [at for at, state in self.states if at >= self.upset_s and state == "FALLBACK"]
        return after[0] - self.upset_s if after else None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Let nobody steer any longer."""
        if self._driver is not None:
            self._driver.kill()
            self._driver.wait()
