"""A launched graph that is driven about and upset: what is done to it, and what it says."""

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from rclpy.node import Node
from std_msgs.msg import Bool, String

from ballbot_fusion.nodes import qos
from ballbot_fusion.operation.campaign.around import Around
from ballbot_fusion.operation.diagnostics import Diagnostics, moves
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.motor_commands import MotorCommands
from ballbot_fusion.operation.parameters import write
from ballbot_fusion.operation.steered import Steered
from ballbot_fusion.operation.triggers import LATCHED, STATE

DRAIN_S = 0.05
"""How often motor commands are taken from the middleware, which keeps only so many, s."""
FIRST = "fault_1.first_ns"
"""When inference says that its fault spoilt an answer first (steady)."""
SPOILT_WITHIN_S = 5.0


class Live:
    """One launch, one node that listens to it, and somebody who steers."""

    def __init__(self, launch: Launched, node: Node, folder: Path) -> None:
        """Listen with ``node``; ``folder`` is for what the run needs on disk."""
        self._launch, self.node, self.folder = launch, node, folder
        self.said = Diagnostics(node)
        self.states: list[tuple[float, str]] = []
        """What safety was in, with the time at which we heard of it (monotonic, s)."""
        self._commands: list[tuple[int, bool]] = []
        """When motor commands were sent (ns of the system's clock), and whether they are zero."""
        self._upset: tuple[float, int] | None = None
        """When it was upset: monotonic, s, and ns of the system's clock."""
        self._motors = MotorCommands(node)
        self._press_s: float | None = None
        """When the emergency stop is to be pressed (monotonic); None: not, or it was."""
        self._button = node.create_publisher(Bool, "e_stop", qos.LATCHED)
        node.create_subscription(String, STATE, self._hear, LATCHED)
        self._driver: Steered | None = None

    def _hear(self, message: String) -> None:
        self.states.append((time.monotonic(), message.data))

    def drive(self, speed: float, around: Around) -> None:
        """Steer it round and round at ``speed``, m/s, until the block ends."""
        self._driver = Steered(speed, around.operator, around.network)

    def moves(self, seconds: float) -> bool:
        """Whether the robot is driven within ``seconds``: who steers must start, and be heard."""
        return self.said.await_(moves, seconds)

    def find(self, executable: str) -> int | None:
        """The process that runs ``executable`` now; None: there is none."""
        try:
            return self.process_id(executable)
        except LookupError:
            return None

    def process_id(self, executable: str) -> int:
        """Return the process that runs ``executable`` now; raises LookupError when none does."""
        return self._launch.process_id(executable)

    def count_from_now(self) -> None:
        """Let all times count from this moment."""
        self._upset = (time.monotonic(), time.time_ns())

    def upset(self, action: Callable[[], object]) -> None:
        """Do it; times count from just before."""
        self.count_from_now()
        action()

    def faults(self, words: str) -> None:
        """Switch faults of the streams on; see the bridge's parameter of that name."""
        write(self.node, "/mujoco_bridge", {"faults": words})

    def fail_policy(self, text: str) -> None:
        """Spoil what the policy answers; times count from the first answer that is spoilt.

        Raises:
            RuntimeError: none was.
        """
        write(self.node, "/inference", {"faults": text})
        if not self.said.await_(lambda v: FIRST in v["inference"], SPOILT_WITHIN_S):
            raise RuntimeError(f"{text!r} spoilt nothing. It says {self.said.values['inference']}.")
        first_ns = int(self.said.values["inference"][FIRST])
        self._upset = (first_ns * 1e-9, time.time_ns() - time.monotonic_ns() + first_ns)

    def e_stop(self) -> None:
        """Press the emergency stop; times count from now."""
        self.count_from_now()
        self._button.publish(Bool(data=True))

    def e_stop_after(self, seconds: float) -> None:
        """Press the emergency stop then, as soon as time is passed; times count from then."""
        self._press_s = time.monotonic() + seconds

    def pass_time(self, seconds: float) -> None:
        """Listen for a while."""
        end_s = time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0.0:
            self.said.pass_time(min(left_s, DRAIN_S))
            if self._press_s is not None and time.monotonic() >= self._press_s:
                self._press_s = None
                self.e_stop()
            self._commands += [(c.sent_ns, not any(c.effort)) for c in self._motors.take()]

    def await_mode(self, mode: str, seconds: float) -> bool:
        """Whether safety is in ``mode`` within ``seconds``."""
        end_s = time.monotonic() + seconds
        while not (self.states and self.states[-1][1] == mode):
            if time.monotonic() > end_s:
                return False
            self.pass_time(DRAIN_S)
        return True

    def reached_s(self, mode: str) -> float | None:
        """Return the time from the upset until ``mode`` was heard of, s; None: never."""
        if self._upset is None:
            return None
        began_s = self._upset[0]
        after = [at for at, state in self.states if at >= began_s and state == mode]
        return after[0] - began_s if after else None

    def zero_s(self) -> float | None:
        """Return the time from the upset until safety sent nothing but zeros, s; None: never."""
        if self._upset is None:
            return None
        began_ns = self._upset[1]
        after = [(at, zero) for at, zero in self._commands if at >= began_ns]
        driven = [place for place, (_, zero) in enumerate(after) if not zero]
        first = driven[-1] + 1 if driven else 0
        return (after[first][0] - began_ns) * 1e-9 if first < len(after) else None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Let nobody steer any longer."""
        if self._driver is not None:
            self._driver.end()
