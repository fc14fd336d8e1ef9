"""The launch itself: visits actions, handles events, waits for processes."""

from __future__ import annotations

import asyncio
import signal
import traceback
from collections.abc import Coroutine, Iterable

from launch import console
from launch.action import Action, SomeEntities
from launch.event_handlers import EventHandler, OnProcessExit
from launch.events import Event, ProcessExited, Shutdown, TimerEvent
from launch.launch_context import LaunchContext
from launch.launch_description import LaunchDescription
from launch.process import Process


class LaunchService:
    """Runs launch descriptions until all that they started has ended."""

    def __init__(
        self,
        *,
        argv: Iterable[str] | None = None,
        noninteractive: bool = False,  # SIGINT is passed on by the launch in either case
        debug: bool = False,
    ) -> None:
        self.context = LaunchContext(argv=argv)
        self.context._service = self
        self.handlers: list[EventHandler] = []
        self._debug = debug
        self._description = LaunchDescription()
        self._return_code = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def include_launch_description(self, launch_description: LaunchDescription) -> None:
        """Add what is to be launched, before `run`."""
        self._description.add_action(launch_description)

    def run(self, *, shutdown_when_idle: bool = True) -> int:
        """Launch; returns 0, or 1 if launching itself failed."""
        asyncio.run(self._main(shutdown_when_idle))
        return self._return_code

    def shutdown(self) -> None:
        """End the launch."""
        self._shut_down(Shutdown(reason="LaunchService.shutdown() called"))

    # What the stand-in's own actions and processes use:

    def emit_event(self, event: Event | None) -> None:
        """Have an event handled soon; None only looks whether all is done."""
        self._events.put_nowait(event)

    def run_task(self, work: Coroutine[object, object, None]) -> None:
        """Run something beside everything else; the launch waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)

    def start(self, process: Process) -> None:
        """Run a process."""
        if process.action.on_exit is not None:
            handler = OnProcessExit(target_action=process.action, on_exit=process.action.on_exit)
            self.handlers.insert(0, handler)
        self.run_task(process.run())

    # The loop:

    async def _main(self, shutdown_when_idle: bool) -> None:
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self.ending = asyncio.Event()  # set when the launch is to end; processes wait for it
        self._handle_signals()
        self._visit_safely(self._description)
        while self._tasks or not self._events.empty() or not self._done(shutdown_when_idle):
            event = await self._events.get()
            if event is not None:
                self._process(event)
        self.context.close()

    def _done(self, shutdown_when_idle: bool) -> bool:
        """Whether to stop, when nothing runs any more; handlers of the shutdown come first."""
        if not self.ending.is_set() and shutdown_when_idle:
            self._shut_down(Shutdown(reason="idle"))
            return False
        return self.ending.is_set()

    def _process(self, event: Event) -> None:
        if isinstance(event, Shutdown):
            if self.context.is_shutdown:
                return
            self.context.is_shutdown = True
            self.ending.set()
        if isinstance(event, TimerEvent):
            self._visit_safely(event.actions)
        for handler in tuple(self.handlers):
            if handler.matches(event):
                self._guard(lambda h=handler: self._visit(h.handle(event, self.context)))
        if isinstance(event, ProcessExited):
            self._events.put_nowait(None)

    def _visit_safely(self, entities: SomeEntities) -> None:
        self._guard(lambda: self._visit(entities))

    def _visit(self, entities: SomeEntities) -> None:
        if entities is None:
            return
        if isinstance(entities, Action):
            self._visit(entities.visit(self.context))
            return
        for entity in entities:
            self._visit(entity)

    def _guard(self, work: object) -> None:
        """An error in a launch file ends the launch, and what it has started already."""
        try:
            work()  # type: ignore[operator]
        except Exception as error:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self._return_code = 1
        if self._debug:
            traceback.print_exception(error)
        text = f"Caught exception in launch (see debug for traceback): {error}"
        console.error("launch", text)
        self._shut_down(Shutdown(reason=str(error)))

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fail(error)
        self.emit_event(None)

    def _shut_down(self, event: Shutdown) -> None:
        self.emit_event(event)

    # Signals:

    def _handle_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            loop.add_signal_handler(number, self._on_signal, number)

    def _on_signal(self, number: signal.Signals) -> None:
        how = "ctrl-c " if number == signal.SIGINT else ""
        if self.ending.is_set():
            console.warning(
                "launch", f"user interrupted with {how}({number.name}) again, ignoring..."
            )
            return
        console.warning("launch", f"user interrupted with {how}({number.name})")
        self._shut_down(Shutdown(reason=f"{how}({number.name})", due_to_sigint=True))
