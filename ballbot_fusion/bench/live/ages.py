"""Ages of what a command was computed of, from the trace of the inference node."""

import json
import time
from pathlib import Path
from typing import Any

from rclpy.node import Node
from std_msgs.msg import Float64MultiArray

from ballbot_fusion.bench.live import bare
from ballbot_fusion.core import trace
from ballbot_fusion.core.samples import Source
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.intake import Intake, Wait
from ballbot_fusion.recording.contract import TRACE

SOURCES = (Source.IMU, Source.ENCODERS, Source.CAMERA_0, Source.CAMERA_1)
REPORT_EVERY = 50


class Ages:
    """Writes, tick by tick, the ages in ms of the newest sample of each of ``SOURCES``."""

    def __init__(self, node: Node, settings: dict[str, Any]) -> None:
        """Listen; ``ages`` is the file."""
        self._output = Path(settings["ages"])
        self._trace = Intake(
            node, Float64MultiArray, TRACE, qos.TRACE, lambda m: trace.decode(m.data)
        )
        self._wait = Wait(node, [self._trace])
        self._newest: dict[Source, int] = {}
        self._ages: list[list[float]] = []
        # Stamps are of the system's clock, ticks of the steady one.
        self._offset_ns = time.time_ns() - time.monotonic_ns()

    def __call__(self) -> None:
        """Take what has come."""
        self._wait(0.05)
        for record in self._trace.take():
            self._newest.update((s.source, s.stamp_ns) for s in record.consumed)
            if record.is_beginning or not self._newest.keys() >= set(SOURCES):
                continue
            now_ns = record.now_ns + self._offset_ns
            self._ages.append([(now_ns - self._newest[s]) * 1e-6 for s in SOURCES])
            if len(self._ages) % REPORT_EVERY == 0:
                self._output.write_text(json.dumps(self._ages), encoding="utf-8")


if __name__ == "__main__":
    bare.run("bench_ages", Ages)
