"""Results as Markdown: what reports show is what the committed files say."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- results: {name} -->", "<!-- end of results: {name} -->"
"""Lines around a table in a page; ``name`` is that of the file, without its ending."""
HEADER = ("case", "metric", "n", "value", "95 % interval", "goal", "met")


def number(value: float | None) -> str:
    """Write a figure to four digits; nothing where there is none."""
    return "" if value is None else f"{value:.4g}"


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    interval = f"{number(row['low'])} to {number(row['high'])}" if row["n"] > 1 else ""
    met = {None: "", True: "yes", False: "**no**"}[row["met"]]
    value, goal = number(row["value"]), number(row["goal"])
    return row["case"], row["metric"], str(row["n"]), value, interval, goal, met


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join(_line(cells) for cells in (header, ["---"] * len(header), *rows))


def revisions(origin: Mapping[str, Any]) -> str:
    """Which code ran the episodes: more than one revision where a campaign went on later."""
    several = origin.get("revisions", [])
    return f"revisions {', '.join(several)}" if several else f"revision {origin['revision']}"


def results_grid(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows of ``evaluation.results`` as a Markdown table."""
    return grid(HEADER, map(_cells, rows))


def heading(result: Mapping[str, Any]) -> str:
    """Say where a result comes from, in one line."""
    origin, sha256 = result["provenance"], result["policy_sha256"] or "no file"
    return (
        f"`{origin['command']}`, policy {result['policy']} ({sha256[:12]}), "
        f"first seed {result['seed']}, {revisions(origin)}, {origin['date']}:"
    )


def table(result: Mapping[str, Any]) -> str:
    """Return a result (see ``evaluation.results.report``) as a table below where it comes from."""
    return "\n".join([heading(result), "", results_grid(result["rows"])])


def between_marks(page: str, begin: str, end: str, made: Callable[[str], str]) -> str:
    """Return ``page`` with everything between its marks made anew.

    Args:
        page: Markdown.
        begin: line before a block, with ``{name}`` in it.
        end: line behind a block, with ``{name}`` in it.
        made: what stands in the block of a name.

    Raises:
        ValueError: a mark without its end.
    """
    first, *parts = page.split(begin.split("{name}")[0])
    done = [first]
    for part in parts:
        name = part.split(" -->", 1)[0]
        opened, closed = begin.format(name=name), end.format(name=name)
        _, mark, rest = part.partition(closed)
        if not mark:
            raise ValueError(
                f"The page has {opened!r}, but not {closed!r}. Add that line behind it."
            )
        done.append(f"{opened}\n{made(name)}\n{closed}{rest}")
    return "".join(done)


def from_results(
    page: str, begin: str, end: str, folder: Path, shown: Callable[[Mapping[str, Any]], str]
) -> str:
    """Return ``page`` with every block between its marks made anew from ``folder``/NAME.json.

    Args:
        page: Markdown.
        begin: line before a block, with ``{name}`` in it.
        end: line behind a block, with ``{name}`` in it.
        folder: of result files.
        shown: what stands in the block of a result.

    Raises:
        ValueError: a mark without its end.
        OSError: a file that the page names is not there.
    """

    def made(name: str) -> str:
        return shown(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))

    return between_marks(page, begin, end, made)


def filled(page: str, folder: Path) -> str:
    """Return ``page`` with every table of results; errors as of ``from_results``."""
    return from_results(page, BEGIN, END, folder, table)
