"""Progress where the output is no terminal: a line now and then, which a log file can hold."""

from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.progress import Progress, Task, TaskID

EVERY_S = 30.0
"""Between two lines of one task; its end is always told."""


def line(task: Task, unit: str = "") -> str:
    """Say how far ``task`` is, at what rate, and how long it may take yet."""
    parts = [f"{task.description}: {_count(task.completed)}/{_count(task.total)}"]
    speed = task.finished_speed or task.speed
    if speed:
        parts.append(f"{speed:.1f}{unit}/s")
    parts.append(f"{_span(task.finished_time if task.finished else task.elapsed)} gone")
    if not task.finished and task.time_remaining is not None:
        parts.append(f"{_span(task.time_remaining)} left")
    note = task.fields.get("note", "")
    return ", ".join([*parts, note] if note else parts)


def _count(value: float | None) -> str:
    return "?" if value is None else f"{value:.0f}"


def _span(seconds: float | None) -> str:
    return str(timedelta(seconds=round(seconds or 0.0)))


class ProgressLines(Progress):
    """Prints ``line`` of a task every ``every_s`` seconds, and the last when it ends."""

    def __init__(self, console: Console, unit: str = "", every_s: float = EVERY_S) -> None:
        """Write to ``console``; rates are in ``unit``."""
        super().__init__(console=console, disable=True)
        self._unit, self._every_s = unit, every_s
        self._said_s: dict[TaskID, float] = {}

    def update(self, task_id: TaskID, **changed: Any) -> None:
        """Change a task, as the bar does, and say so when it is time."""
        super().update(task_id, **changed)
        self._say(task_id)

    def advance(self, task_id: TaskID, advance: float = 1) -> None:
        """Go on by ``advance``, as the bar does, and say so when it is time."""
        super().advance(task_id, advance)
        self._say(task_id)

    def _say(self, task_id: TaskID) -> None:
        task, now = self._tasks[task_id], self.get_time()
        if task.start_time is None:
            return
        last = self._said_s.get(task_id, task.start_time)
        ends = task.finished and not task.fields.get("told")
        if ends or (not task.finished and now - last >= self._every_s):
            self._said_s[task_id] = now
            task.fields["told"] = task.finished
            self.console.print(
                line(task, self._unit), highlight=False, markup=False, soft_wrap=True
            )
