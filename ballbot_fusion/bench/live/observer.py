"""When the policy's commands were published, by the clock of who published them.

The middleware stamps every message as it is handed over: to look at that costs the control loop
nothing but one more listener, and does not depend on when this process gets the processor.
"""

import time
from pathlib import Path
from typing import Any

import numpy as np
from rclpy.node import Node
from rclpy.qos import HistoryPolicy, QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import JointState

from ballbot_fusion.bench.live import bare
from ballbot_fusion.nodes.intake import RawIntake

PATIENT = QoSProfile(
    depth=5000, history=HistoryPolicy.KEEP_LAST, reliability=ReliabilityPolicy.BEST_EFFORT
)
"""Ten seconds of 500 Hz may wait."""
PAUSE_S = 0.2


class Observer:
    """Writes the times (n,) ns of the system's clock to the file ``output`` (npz), ever anew."""

    def __init__(self, node: Node, settings: dict[str, Any]) -> None:
        """Listen."""
        self._output = Path(settings["output"])
        self._commands = RawIntake(node, JointState, "policy_command", PATIENT)
        self._sent: list[int] = []

    def __call__(self) -> None:
        """Take what has come, then let others work."""
        taken = self._commands.take()
        if taken and not self._sent:
            bare.say("first command")
        self._sent += [wired.sent_ns for wired in taken]
        unfinished = self._output.with_suffix(".partial.npz")
        np.savez(unfinished, sent=np.array(self._sent, np.int64), lost=self._commands.lost)
        unfinished.replace(self._output)
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    bare.run("bench_observer", Observer)
