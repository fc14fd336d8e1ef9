"""Results as Markdown: what reports show is what the committed files say."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- results: {name} -->", "<!-- end of results: {name} -->"
"""Lines around a table in a page; ``name`` is that of the file, without its ending."""
HEADER = ("case", "metric", "n", "value", "95 % interval", "goal", "met")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    interval = f"{_number(row['low'])} to {_number(row['high'])}" if row["n"] > 1 else ""
    met = {None: "", True: "yes", False: "**no**"}[row["met"]]
    value, goal = _number(row["value"]), _number(row["goal"])
    return row["case"], row["metric"], str(row["n"]), value, interval, goal, met


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _revisions(origin: Mapping[str, Any]) -> str:
    """Which code ran the episodes: more than one revision where a campaign went on later."""
    several = origin.get("revisions", [])
    return f"revisions {', '.join(several)}" if several else f"revision {origin['revision']}"


def table(result: Mapping[str, Any]) -> str:
    """Return a result (see ``evaluation.results.report``) as a table below where it comes from."""
    origin, sha256 = result["provenance"], result["policy_sha256"] or "no file"
    head = (
        f"`{origin['command']}`, policy {result['policy']} ({sha256[:12]}), "
        f"first seed {result['seed']}, {_revisions(origin)}, {origin['date']}:"
    )
    lines = [_line(HEADER), _line(["---"] * len(HEADER))]
    lines += [_line(_cells(row)) for row in result["rows"]]
    return "\n".join([head, "", *lines])


def filled(page: str, folder: Path) -> str:
    """Return ``page`` with every table between its marks made anew from ``folder``/NAME.json.

    Raises:
        ValueError: a mark without its end.
        OSError: a file that the page names is not there.
    """
    first, *parts = page.split(BEGIN.split("{name}")[0])
    done = [first]
    for part in parts:
        name = part.split(" -->", 1)[0]
        begin, end = BEGIN.format(name=name), END.format(name=name)
        _, mark, rest = part.partition(end)
        if not mark:
            raise ValueError(f"The page has {begin!r}, but not {end!r}. Add that line behind it.")
        result = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        done.append(f"{begin}\n{table(result)}\n{end}{rest}")
    return "".join(done)
