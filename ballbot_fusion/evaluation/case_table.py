"""Results as Markdown, one line per case: for suites of many cases, of which few have goals."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.markdown import from_results, grid, heading, number

BEGIN, END = "<!-- cases: {name} -->", "<!-- end of cases: {name} -->"
"""Lines around a table in a page; ``name`` is that of the file, without its ending."""


def _cell(row: Mapping[str, Any] | None, episodes: int) -> str:
    """Value, then interval and number where there are such; and goal."""
    if row is None:
        return ""
    about = [f"{number(row['low'])} to {number(row['high'])}"] if row["n"] > 1 else []
    about += [f"n = {row['n']}"] if row["n"] != episodes else []
    words = number(row["value"]) + (f" ({', '.join(about)})" if about else "")
    if row["met"] is None:
        return words
    return f"{words}, goal {number(row['goal'])}: {'yes' if row['met'] else '**no**'}"


def _line(case: str, found: Sequence[Mapping[str, Any] | None]) -> tuple[str, ...]:
    """The number of episodes is the largest: of who fell at once, some metrics lack."""
    episodes = max(row["n"] for row in found if row is not None)
    return case, str(episodes), *(_cell(row, episodes) for row in found)


def table(result: Mapping[str, Any]) -> str:
    """Return a result (see ``evaluation.results.report``) with a column for each metric."""
    rows = {(row["case"], row["metric"]): row for row in result["rows"]}
    metrics = list(dict.fromkeys(metric for _, metric in rows))
    lines = [
        _line(case, [rows.get((case, metric)) for metric in metrics])
        for case in dict.fromkeys(case for case, _ in rows)
    ]
    return "\n".join([heading(result), "", grid(("case", "n", *metrics), lines)])


def with_cases(page: str, folder: Path) -> str:
    """Return ``page`` with every table of cases; errors as of ``markdown.from_results``."""
    return from_results(page, BEGIN, END, folder, table)
