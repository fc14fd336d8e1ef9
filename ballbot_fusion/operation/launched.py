"""A launch as a child process: for campaigns and tests, which start, watch and end whole graphs."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO
from uuid import uuid4

START_S = 60.0
"""How long a launch may take until what is waited for happens, s."""
END_S = 15.0
"""How long it may take to end after Ctrl-C; then it is killed."""


class Launched:
    """``ros2 launch ballbot_fusion FILE ARGUMENTS``, its output in a file."""

    def __init__(
        self, file: str, *arguments: str, log: Path, env: Mapping[str, str] | None = None
    ) -> None:
        """Start it in a process group of its own, as a terminal does.

        Args:
            file: launch file, such as ``sim.launch.py``.
            arguments: ``name:=value`` each.
            log: file that takes all its output.
            env: variables that differ from this process's; ROS_DOMAIN_ID tells graphs apart.
        """
        self.log = log
        self._output: IO[bytes] = log.open("wb")
        self.began_s = time.monotonic()
        self._mark = f"BALLBOT_FUSION_LAUNCH={uuid4()}"
        self.process = subprocess.Popen(
            ["ros2", "launch", "ballbot_fusion", file, *arguments],
            stdout=self._output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {}), **dict([self._mark.split("=")])},
            start_new_session=True,
        )  # fmt: skip

    @property
    def text(self) -> str:
        """Everything it has said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def await_(self, condition: Callable[[], bool], what: str, seconds: float = START_S) -> float:
        """Wait until ``condition`` holds; return the seconds since the start.

        Raises:
            TimeoutError: it did not hold in time, or the launch ended before.
        """
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or self.process.poll() is not None:
                raise TimeoutError(f"{what}: not within {seconds:g} s. It said:\n{self.text}")
            time.sleep(0.01)
        return time.monotonic() - self.began_s

    def says(self, words: str, seconds: float = START_S) -> float:
        """Wait until it has said ``words``; return the seconds since the start."""
        return self.await_(lambda: words in self.text, f"{words!r}", seconds)

    def interrupt(self) -> None:
        """Ctrl-C: a terminal sends it to every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def wait(self, seconds: float) -> int:
        """Return the exit code; raises subprocess.TimeoutExpired when it does not end."""
        return self.process.wait(seconds)

    def processes(self) -> dict[int, str]:
        """Every living process of this launch, by id: the name of its executable."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                environment = (entry / "environ").read_bytes().split(b"\0")
                words = (entry / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue  # it has ended meanwhile
            if self._mark.encode() in environment and words[0]:
                # A script's own name comes second, behind its interpreter.
                found[int(entry.name)] = Path(words["python" in words[0]]).name
        return found

    def process_id(self, executable: str) -> int:
        """Return the process that runs ``executable`` now; raises LookupError when none does."""
        for number, name in self.processes().items():
            if name == executable:
                return number
        raise LookupError(f"No {executable} runs. The launch said:\n{self.text}")

    def __enter__(self) -> "Launched":
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End it, by Ctrl-C or, when that does not help, by force."""
        if self.process.poll() is None:
            self.interrupt()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(END_S)
        for number in self.processes():
            os.kill(number, signal.SIGKILL)
        self.process.wait()
        self._output.close()
