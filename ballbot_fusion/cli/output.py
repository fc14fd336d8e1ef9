"""What verbs print: JSON for programs, tables and progress for people."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from ballbot_fusion.cli.progress_lines import ProgressLines
from ballbot_fusion.cli.usage import json_to_write

FILE_WIDTH = 160
"""Columns where the output is no terminal and nobody says how wide it is."""
people = Console(stderr=True)
if not people.is_terminal and "COLUMNS" not in os.environ:
    people = Console(stderr=True, width=FILE_WIDTH)
"""Where progress and remarks go: beside the data, never in it."""


def on_terminal() -> bool:
    """Whether somebody is there who can be asked."""
    return people.is_terminal and sys.stdin.isatty()


def await_enter(words: str) -> None:
    """Go on when somebody presses Enter; at once where nobody is there.

    Raises:
        KeyboardInterrupt: Ctrl-C, or Ctrl-D, which is no Enter either.
    """
    if on_terminal():
        try:
            people.input(words)
        except EOFError:
            raise KeyboardInterrupt from None


def agreed(question: str) -> bool:
    """Whether somebody says yes on the terminal; all else is no, nobody too."""
    if not on_terminal():
        return False
    try:
        answer = people.input(f"{question} y/N ")
    except EOFError:
        people.print()
        return False
    return answer.strip().lower() in ("y", "yes")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Give a verb the option --json."""
    parser.add_argument(
        "--json", metavar="FILE", type=json_to_write,
        help="write the data as JSON; - is the terminal",
    )  # fmt: skip


def write_json(target: str | None, data: Any) -> None:
    """Write ``data`` where --json says, if it does."""
    if target is None:
        return
    text = json.dumps(data, indent=2)
    if target == "-":
        sys.stdout.write(text + "\n")
    else:
        path = Path(target)
        unfinished = path.with_name(path.name + ".partial")
        unfinished.write_text(text + "\n", encoding="utf-8")
        unfinished.replace(path)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Build a table of plain values."""
    grid = Table(title=title, title_justify="left")
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(_cell(value) for value in row))
    return grid


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else json.dumps(value)


class _Rate(ProgressColumn):
    """Units per second."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}{self._unit}/s")


def progress(unit: str = "") -> Progress:
    """Return a progress bar with rate, in ``unit``, and time left; in log files, lines."""
    if not people.is_terminal:
        return ProgressLines(people, f" {unit}" if unit else "")
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        _Rate(f" {unit}" if unit else ""),
        TimeElapsedColumn(), TimeRemainingColumn(), TextColumn("{task.fields[note]}"),
        console=people,
    )  # fmt: skip
