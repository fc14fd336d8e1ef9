"""The life of one process: start, output, end, start again, and its end with the launch."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from launch import console
from launch.actions.execute_process import ExecuteProcess
from launch.events import ProcessExited
from launch.substitution import performed

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext

_START = 5.0  # [s] a program that has not set its signal handlers by then never will
_LINE_LIMIT = 1 << 20  # [bytes] a longer line of output is shown in pieces
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _in_child() -> None:
    """Ask the kernel for a SIGINT if the launch is killed: no orphan drives motors."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


class Process:
    """A process that an ExecuteProcess action started."""

    def __init__(self, action: ExecuteProcess, context: LaunchContext) -> None:
        self.action = action
        self.context = context
        self.cmd = action.final_cmd(context)
        self.name = action.final_name(context, self.cmd[0])
        self.env = action.final_env(context)
        self.cwd = None if action.cwd is None else performed(context, action.cwd)
        self.respawn = action.final_respawn(context)
        self.streams = action.shown(context)
        self.sigterm_timeout = performed(context, action.sigterm_timeout)
        self.sigkill_timeout = performed(context, action.sigkill_timeout)
        self._process: asyncio.subprocess.Process | None = None
        self._started = 0.0

    async def run(self) -> None:
        """Run it, again and again if it is to be respawned, until the launch ends."""
        ending = self.context.service.ending
        while not ending.is_set():
            await self._run_once()
            if not self.respawn or ending.is_set():
                return
            if self.action.respawn_delay > 0.0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(ending.wait(), self.action.respawn_delay)

    async def _run_once(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *self.cmd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self.cwd,
            env=self.env,
            limit=_LINE_LIMIT,
            # Ctrl-C is the launch's to pass on. Not a session of its own: niceness would count for
            # nothing between sessions (sched(7), autogroup).
            process_group=0,
            preexec_fn=_in_child,
        )
        self._process, self._started = process, asyncio.get_running_loop().time()
        console.info(self.name, f"process started with pid [{process.pid}]")
        helpers = [asyncio.create_task(self._show(s)) for s in ("stdout", "stderr")]
        stopper = asyncio.create_task(self._stop_at_the_end())
        returncode = await process.wait()
        stopper.cancel()
        # A grandchild may hold the pipes open for longer: what is said within a second is shown.
        await asyncio.wait(helpers, timeout=1.0)
        self._report(process.pid, returncode)

    async def _show(self, stream: str) -> None:
        reader = getattr(self._process, stream)
        while True:
            try:
                line = await reader.readline()
            except ValueError:  # longer than the limit; the reader has dropped it
                line = b"(a line of more than 1 MiB)"
            if not line:
                return
            if stream in self.streams:
                console.line(f"[{self.name}] {line.decode(errors='replace').rstrip()}")

    def _report(self, pid: int, returncode: int) -> None:
        ending = self.context.service.ending.is_set()
        if returncode == 0 or (ending and returncode == -signal.SIGTERM):
            console.info(self.name, f"process has finished cleanly [pid {pid}]")
        else:
            cmd = " ".join(self.cmd)
            text = f"process has died [pid {pid}, exit code {returncode}, cmd '{cmd}']."
            console.error(self.name, text)
        self.context.emit_event_sync(
            ProcessExited(
                action=self.action,
                process_name=self.name,
                cmd=self.cmd,
                cwd=self.cwd,
                env=self.env,
                pid=pid,
                returncode=returncode,
            )
        )

    async def _stop_at_the_end(self) -> None:
        """SIGINT when the launch ends, SIGTERM if that is not enough, then SIGKILL."""
        await self.context.service.ending.wait()
        # A Python program that is still importing answers SIGINT with a traceback.
        self._signal(signal.SIGTERM if self._is_starting() else signal.SIGINT)
        await asyncio.sleep(float(self.sigterm_timeout))
        self._escalate(signal.SIGINT, signal.SIGTERM, self.sigterm_timeout)
        await asyncio.sleep(float(self.sigkill_timeout))
        waited = float(self.sigterm_timeout) + float(self.sigkill_timeout)
        self._escalate(signal.SIGTERM, signal.SIGKILL, str(waited))

    def _is_starting(self) -> bool:
        """Whether it is Python that does not handle SIGTERM yet, which every ROS node does."""
        assert self._process is not None
        if asyncio.get_running_loop().time() - self._started > _START:
            return False
        with suppress(OSError):  # it may have ended by itself meanwhile
            child = Path(f"/proc/{self._process.pid}")
            lines = (child / "status").read_text().splitlines()
            caught = int(next(line for line in lines if line.startswith("SigCgt")).split()[1], 16)
            is_python = (child / "exe").readlink().name.startswith("python")
            return is_python and not caught >> (signal.SIGTERM - 1) & 1
        return False

    def _escalate(self, sent: signal.Signals, sending: signal.Signals, timeout: str) -> None:
        text = f"process[{self.name}] failed to terminate '{timeout}' seconds after receiving"
        console.error(self.name, f"{text} '{sent.name}', escalating to '{sending.name}'")
        self._signal(sending)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        console.info(self.name, f"sending signal '{number.name}' to process[{self.name}]")
        with suppress(ProcessLookupError):  # it may have ended by itself meanwhile
            if number == signal.SIGKILL:
                os.killpg(self._process.pid, number)  # with whatever it has started itself
            else:
                # Not its send_signal: that looks first whether the process has just ended, and who
                # waits for it then gets 255 in place of its exit code.
                os.kill(self._process.pid, number)
