"""The page of all benches: a block each, made of the result files; the rest is written by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ballbot_fusion.bench import BENCHES
from ballbot_fusion.bench.machine import in_words
from ballbot_fusion.bench.picture import picture_names
from ballbot_fusion.evaluation.markdown import between_marks, grid, results_grid, revisions

BEGIN, END = "<!-- bench: {name} -->", "<!-- end of bench: {name} -->"
"""Lines around a block; ``name`` is one of BENCHES."""


def read_results(results: Path) -> dict[str, dict[str, Any]]:
    """Read what there is of bench_NAME.json, by name of the bench."""
    paths = {name: results / f"bench_{name}.json" for name in BENCHES}
    return {
        name: json.loads(path.read_text(encoding="utf-8"))
        for name, path in paths.items()
        if path.exists()
    }


def _times(repeats: int) -> str:
    return f"{repeats} repeat{'s' * (repeats > 1)}"


def _origin(result: Mapping[str, Any]) -> str:
    origin = result["provenance"]
    versions = ", ".join(f"{name} {version}" for name, version in origin["versions"].items())
    return (
        f"`{origin['command']}`, {_times(result['repeats'])}, {revisions(origin)}, "
        f"{origin['date']}, Python {origin['python']}, {versions}. {in_words(result['machine'])}."
    )


def _pivots(result: Mapping[str, Any]) -> list[str]:
    """Tables with a line per case and a column per metric, of cases with the same metrics."""
    cases: dict[str, dict[str, float]] = {}
    for row in result["rows"]:
        if row["goal"] is None:
            cases.setdefault(row["case"], {})[row["metric"]] = row["value"]
    # What has a goal stands in the first table, with its interval, and in its own line, too.
    for row in result["rows"]:
        if row["goal"] is not None and row["case"] in cases:
            cases[row["case"]][row["metric"]] = row["value"]
    groups: dict[tuple[str, ...], list[str]] = {}
    for case, metrics in cases.items():
        groups.setdefault(tuple(sorted(metrics, key=_place(result).index)), []).append(case)
    return [
        grid(
            ("", *metrics),
            [(case, *(f"{cases[case][metric]:.4g}" for metric in metrics)) for case in members],
        )
        for metrics, members in groups.items()
    ]


def _place(result: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(row["metric"] for row in result["rows"]))


def block(result: Mapping[str, Any], folder: Path) -> str:
    """Return everything that the page says of one bench; pictures are in ``folder``.

    Raises:
        ValueError: it is the result of a quick form, which means nothing.
    """
    if result["quick"]:
        raise ValueError(
            f"{result['suite']} is of a quick form, whose figures mean nothing. Run it without "
            "--quick."
        )
    goals = [row for row in result["rows"] if row["goal"] is not None]
    parts = [_origin(result)]
    if goals:
        parts.append(results_grid(goals))
    parts += _pivots(result)
    parts += [f"![{Path(n).stem}]({(folder / n).as_posix()})" for n in picture_names(result)]
    parts.append("\n".join(f"* {remark}" for remark in result["remarks"]))
    return "\n\n".join(part for part in parts if part)


def with_benches(page: str, results: Mapping[str, Mapping[str, Any]], folder: Path) -> str:
    """Return ``page`` with all blocks made anew.

    Args:
        page: Markdown.
        results: by name of the bench.
        folder: where the pictures are, as the page refers to it.

    Raises:
        ValueError: a mark without its end, or of a bench that there is no result of.
    """

    def made(name: str) -> str:
        if name not in results:
            raise ValueError(
                f"There is no bench_{name}.json among the results. Run `ballbot bench {name}`; "
                f"there are {', '.join(BENCHES)}."
            )
        return block(results[name], folder)

    return between_marks(page, BEGIN, END, made)
