"""The driver's side of the robot without its physics: sensors out, motor commands in, both timed.

SIGUSR1 begins the measured window; its end is written to a file, and the streams go on.
"""

import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
from rclpy.node import Node
from sensor_msgs.msg import Imu, JointState

from ballbot_fusion.bench.live import bare
from ballbot_fusion.bench.live.streams import read_streams
from ballbot_fusion.nodes import qos, wire_out
from ballbot_fusion.nodes.intake import Wait
from ballbot_fusion.nodes.sensor_intakes import effort_intake

STEP_NS = 1_000_000
"""Between IMU samples; encoders every other."""
POLICY, HEADER = b"policy\x00", 32
"""What safety calls the one whose command it passes on, and bytes of a message that tell."""
MOST_BEHIND_NS = 20 * STEP_NS


class Driver:
    """Publishes at the pace of the clock and waits for commands in between."""

    def __init__(self, node: Node, settings: dict[str, Any]) -> None:
        """Play ``streams``; ``seconds`` is the window's length, ``output`` its file (npz)."""
        self._seconds, self._output = float(settings["seconds"]), Path(settings["output"])
        self._imu, self._joints = read_streams(Path(settings["streams"]))
        self._imu_out = qos.publisher(node, Imu, "imu/data", qos.SENSOR)
        self._joints_out = (
            qos.publisher(node, JointState, "joint_states", qos.SENSOR)
            if settings["encoders"]
            else None
        )
        self._commands = effort_intake(node, "motor_commands", qos.COMMAND)
        self._wait = Wait(node, [self._commands])
        self._step, self._due_ns = 0, time.monotonic_ns()
        self._window: tuple[int, int] | None = None
        self._sent: list[tuple[int, int]] = []
        self._arrived: list[tuple[int, int]] = []
        self._by_policy: list[bool] = []
        self._commanded = False
        signal.signal(signal.SIGUSR1, self._begin)

    def _begin(self, *_: object) -> None:
        now_ns = time.monotonic_ns()
        self._window = now_ns, now_ns + round(self._seconds * 1e9)

    def __call__(self) -> None:
        """One millisecond: hear until the next samples are due, then send them."""
        self._due_ns += STEP_NS
        while (left_ns := self._due_ns - time.monotonic_ns()) > 0:
            self._wait(left_ns * 1e-9)
            self._hear()
        if -left_ns > MOST_BEHIND_NS:
            self._due_ns = time.monotonic_ns()
        self._send()
        if self._window is not None and time.monotonic_ns() >= self._window[1]:
            self._write(self._window)

    def _hear(self) -> None:
        for command in self._commands.take():
            self._arrived.append((command.stamp_ns, command.arrival_ns))
            self._by_policy.append(POLICY in command.wire[:HEADER])
            if not self._commanded:
                self._commanded = True
                bare.say("first command")

    def _send(self) -> None:
        stamp_ns = time.time_ns()
        data = wire_out.imu_bytes(self._imu[self._step % len(self._imu)], stamp_ns)
        self._sent.append((stamp_ns, time.monotonic_ns()))
        self._imu_out.publish(data)
        self._step += 1
        if self._joints_out is not None and self._step % 2 == 0:
            joints = self._joints[self._step // 2 % len(self._joints)]
            self._joints_out.publish(wire_out.joint_bytes(joints, stamp_ns))

    def _write(self, window: tuple[int, int]) -> None:
        """Write the window and all that was sent and heard, as (n, 2): stamp, steady time; ns.

        ``by_policy`` (n,) tells which commands were the policy's, not the fallback's.
        """
        self._window = None
        unfinished = self._output.with_suffix(".partial.npz")
        sent, arrived = (
            np.array(found, np.int64).reshape(-1, 2) for found in (self._sent, self._arrived)
        )
        np.savez(
            unfinished, window=np.array(window), sent=sent, arrived=arrived,
            by_policy=np.array(self._by_policy, np.bool_),
        )  # fmt: skip
        unfinished.replace(self._output)


if __name__ == "__main__":
    bare.run("bench_driver", Driver)
