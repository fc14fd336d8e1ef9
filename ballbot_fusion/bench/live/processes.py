"""Some processes that belong together: started, watched and ended as one, each by its id."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ballbot_fusion.nodes import start_up
from ballbot_fusion.operation.processor import processor_s

START_S, END_S = 60.0, 4.0
"""How long what is waited for may take at the start, and a process to end by itself, s."""
NODE = "from ballbot_fusion.nodes import executables; executables.{name}()"
FILES = {
    "mujoco_bridge": ("simulation", "bridge"),
    "camera_bridge": ("simulation", "cameras"),
    "inference": ("inference",),
    "safety": ("safety",),
}
"""Parameter files of each node, as launch files give them."""
IMAGES = ("camera_bridge", "inference")
"""Nodes that may use shared memory."""


class Processes:
    """Processes by name, their output in files."""

    def __init__(self, folder: Path) -> None:
        """Begin with none; ``folder`` takes their output."""
        folder.mkdir(parents=True, exist_ok=True)
        start_up.remove_leftovers()
        self.folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: list[str], env: Mapping[str, str]) -> None:
        """Start one, its niceness that of this process."""
        with (self.folder / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, *command], stdout=log, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, env={**os.environ, **env}, start_new_session=True,
            )  # fmt: skip

    def bare(self, name: str, module: str, settings: Mapping[str, Any], kind: str = "udp") -> None:
        """Start a module of this folder; ``kind`` is that of its transports, udp or camera."""
        command = ["-m", f"ballbot_fusion.bench.live.{module}", json.dumps(settings)]
        self.start(name, command, start_up.environment(kind, "local"))

    def node(self, name: str, parameters: Mapping[str, Any]) -> None:
        """Start a node as the launch files do, ``parameters`` over those of its files."""
        given = [f"--params-file={path}" for path in start_up.parameter_files("", *FILES[name])]
        words = [word for entry in given for word in entry.split("=", 1)]
        for key, value in parameters.items():
            words += ["-p", f"{key}:={json.dumps(value)}"]
        kind = "camera" if name in IMAGES else "udp"
        command = ["-c", NODE.format(name=name), "--ros-args", *words]
        self.start(name, command, start_up.environment(kind, "local"))

    def said(self, name: str) -> str:
        """Everything that one has said so far."""
        path = self.folder / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace")

    def await_(self, condition: Callable[[], bool], what: str, seconds: float = START_S) -> None:
        """Wait until ``condition`` holds.

        Raises:
            RuntimeError: it did not hold in time, or a process ended before.
        """
        end = time.monotonic() + seconds
        while not condition():
            gone = [name for name, process in self._running.items() if process.poll() is not None]
            if gone or time.monotonic() > end:
                texts = "\n".join(f"{name}: {self.said(name)[-800:]}" for name in self._running)
                why = f"{', '.join(gone)} ended" if gone else f"not within {seconds:g} s"
                raise RuntimeError(f"{what}: {why}. The processes said:\n{texts}")
            time.sleep(0.02)

    def signal(self, name: str, number: int) -> None:
        """Send a signal to one of them."""
        self._running[name].send_signal(number)

    def processor_s(self) -> dict[str, float]:
        """Processor time of each so far, s."""
        return {name: processor_s(process.pid) for name, process in self._running.items()}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End all of them, by SIGTERM or, when that does not help, by force."""
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        end = time.monotonic() + END_S
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(end - time.monotonic(), 0.01))
            if process.poll() is None:
                process.kill()
                process.wait()
