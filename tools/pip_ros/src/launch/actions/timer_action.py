"""Actions that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from launch.action import Action
from launch.events import TimerEvent
from launch.substitution import SomeSubstitutions, performed

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext


class TimerAction(Action):
    """Carries out actions once a period [s] has passed, unless the launch ends before."""

    def __init__(
        self,
        *,
        period: float | SomeSubstitutions,
        actions: Iterable[Action],
        cancel_on_shutdown: bool = True,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._period = str(period) if isinstance(period, int | float) else period
        self._actions = list(actions)
        self._cancel_on_shutdown = cancel_on_shutdown

    def execute(self, context: LaunchContext) -> None:
        """Start waiting."""
        context.service.run_task(self._wait(context, float(performed(context, self._period))))

    async def _wait(self, context: LaunchContext, period: float) -> None:
        ending = context.service.ending
        wait = ending.wait() if self._cancel_on_shutdown else asyncio.Event().wait()
        try:
            await asyncio.wait_for(wait, period)
        except TimeoutError:
            context.emit_event_sync(TimerEvent(self._actions))
