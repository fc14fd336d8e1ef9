"""The monitor: one status line a second, and the summary when the run is over."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from pydantic import Field

from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.intake import Intake, Wait
from ballbot_fusion.nodes.lifecycle import BallbotNode, NodeSettings
from ballbot_fusion.nodes.namespaces import own_name
from ballbot_fusion.nodes.process import run
from ballbot_fusion.nodes.run_summary import Values, status_line, summary

NODES = ("mujoco_bridge", "inference", "safety")
LAST_WORDS_S = 1.5
"""How long the end of a run waits for what the others say of it; each reports once a second."""


class MonitorSettings(NodeSettings):
    """Parameters of the monitor."""

    summary: str = ""
    """File that the run's summary is written to (JSON); empty: none."""
    period_s: float = Field(1.0, gt=0.0)
    """Time between status lines, s."""


class Monitor(BallbotNode[MonitorSettings]):
    """Reads /diagnostics, prints for people, writes for programs."""

    model = MonitorSettings

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__("monitor")

    def configure(self) -> None:
        """Subscribe; refuse a summary that could not be written."""
        if self.settings.summary and not Path(self.settings.summary).parent.is_dir():
            raise ValueError(
                f"summary: the folder of {self.settings.summary!r} does not exist. Create it first."
            )
        self._intake = Intake(self, DiagnosticArray, "/diagnostics", qos.EVENTS, lambda m: m)
        self._wait = Wait(self, [self._intake])

    def start(self) -> None:
        """Nothing heard yet."""
        self._values: dict[str, Values] = {}
        self._at_arming: Values | None = None
        self._over_s: float | None = None
        self._awaited: set[str] = set()
        self._next_s = time.monotonic() + self.settings.period_s

    def work(self) -> None:
        """Take what the nodes say; print when it is time to."""
        self._wait(0.2)
        for message in self._intake.take():
            for status in message.status:
                self._hear(status)
                self._note_end()
        now = time.monotonic()
        if now >= self._next_s and self._values:
            self._next_s = now + self.settings.period_s
            self._print_status()
        self._end_if_finished()

    def _print_status(self) -> None:
        robot = self.get_namespace().strip("/")
        line = status_line(self._values)
        print(f"{robot}: {line}" if robot else line, flush=True)  # noqa: T201 - what it is for

    def _hear(self, status: DiagnosticStatus) -> None:
        name = own_name(status.name.split(":")[0], self.get_namespace())
        # The bridge goes on until the launch ends; the run is what it said when it was over.
        over = name == "mujoco_bridge" and self._over_s is not None
        if name in NODES and status.values and not over:
            values = {entry.key: entry.value for entry in status.values}
            self._values[name] = {**values, "message": status.message}
            self._awaited.discard(name)
            armed = self._values.get("mujoco_bridge", {}).get("held") == "False"
            if name == "inference" and armed and self._at_arming is None:
                self._at_arming = self._values[name]

    def _note_end(self) -> None:
        finished = self._values.get("mujoco_bridge", {}).get("finished") == "True"
        if finished and self._over_s is None:
            self._over_s, self._awaited = time.monotonic(), {"inference", "safety"}

    def _end_if_finished(self) -> None:
        if self._over_s is None:
            return
        if self._awaited and time.monotonic() - self._over_s < LAST_WORDS_S:
            return
        if self.settings.summary:
            self._write(summary(self._values, self._at_arming or {}))
        self._print_status()
        self.done = True

    def _write(self, values: Mapping[str, Any]) -> None:
        path = Path(self.settings.summary)
        unfinished = path.with_suffix(".partial")
        unfinished.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
        unfinished.replace(path)


def main() -> None:
    """Run the monitor."""
    run(Monitor)
