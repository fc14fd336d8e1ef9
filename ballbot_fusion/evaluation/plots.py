"""Results as pictures: a figure per metric, a line per case, with interval and goal."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LINE_IN, WIDTH_IN, FRAME_IN = 0.28, 9.0, 1.2
"""Height of a case, width of a figure and what titles and axes take of its height, inches."""
GOOD, BAD, NO_GOAL = "tab:green", "tab:red", "tab:blue"


class PlotError(RuntimeError):
    """No picture can be made. The text says what to do."""


def figure_class() -> Any:
    """Import matplotlib's Figure, which draws without a screen.

    Raises:
        PlotError: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PlotError(
            f"Plots need matplotlib, which cannot be imported ({error}). Run "
            "`./with-ros --extra train ballbot ...`, or `pip install matplotlib`; without "
            "--report no plot is made."
        ) from None
    return Figure


def _colour(row: Mapping[str, Any]) -> str:
    return {True: GOOD, False: BAD, None: NO_GOAL}[row["met"]]


def _figure(metric: str, rows: Sequence[Mapping[str, Any]], title: str) -> Any:
    """Draw the rows of one metric, the first on top."""
    height = FRAME_IN + LINE_IN * len(rows)
    figure = figure_class()(figsize=(WIDTH_IN, height), layout="constrained")
    axes = figure.subplots()
    for place, row in enumerate(rows):
        value, colour = row["value"], _colour(row)
        axes.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=2)
        axes.plot([value], [place], "o", color=colour, markersize=5)
        if row["goal"] is not None:
            axes.plot([row["goal"]], [place], "|", color="black", markersize=14)
    axes.set_yticks(range(len(rows)), [f"{row['case']}  (n = {row['n']})" for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(f"{metric}: value and 95 % interval; | goal; green met, red missed")
    axes.set_title(title, fontsize=10)
    axes.grid(axis="x", alpha=0.3)
    return figure


def save_plots(result: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write SUITE_METRIC.png into ``folder`` for every metric of a result; return the paths.

    Raises:
        PlotError: matplotlib is not installed.
        OSError: a file cannot be written.
    """
    title = f"{result['suite']}, policy {result['policy']}, first seed {result['seed']}"
    paths = []
    for metric in dict.fromkeys(row["metric"] for row in result["rows"]):
        rows = [row for row in result["rows"] if row["metric"] == metric]
        path = folder / f"{result['suite']}_{metric}.png"
        _figure(metric, rows, title).savefig(path, dpi=110)
        paths.append(path)
    return paths
