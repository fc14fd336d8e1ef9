"""What ``examine`` found, as figures, each with a title that says what is seen."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ballbot_fusion.evaluation.fusion.importance import GRADIENT, MASKED, PERMUTED
from ballbot_fusion.evaluation.inspection.latency import BIN_MS
from ballbot_fusion.evaluation.plots import figure_class

WIDTH_IN, LINE_IN, FRAME_IN = 9.0, 0.26, 1.1
Figure = Any
Found = Mapping[str, Any]
MEASURES = {
    PERMUTED: "exchanged for another moment's value (permutation)",
    GRADIENT: "slope towards another moment's value (gradient)",
    MASKED: "hidden by the mask",
}


def _figure(lines: int, panels: int = 1) -> tuple[Figure, Any]:
    height = panels * (FRAME_IN + LINE_IN * lines)
    figure = figure_class()(figsize=(WIDTH_IN, height), layout="constrained")
    return figure, figure.subplots(panels, 1, sharex=panels > 1, squeeze=False)[:, 0]


def _places(axes: Any, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)


def statistics_figure(found: Found) -> Figure:
    """Draw mean and spread of each number in units of training's spread."""
    rows = [row for row in found["statistics"] if row["shift"] is not None and row["trained_std"]]
    figure, (axes,) = _figure(len(rows))
    axes.axvspan(-1.0, 1.0, color="tab:green", alpha=0.2, label="training, one standard deviation")
    for place, row in enumerate(rows):
        middle = (row["mean"] - row["trained_mean"]) / row["trained_std"]
        spread = row["std"] / row["trained_std"]
        colour = "tab:red" if row["note"] else "tab:blue"
        axes.errorbar([middle], [place], xerr=[spread], fmt="o", color=colour, capsize=3)
    _places(axes, [row["name"] for row in rows])
    axes.set_xlabel("standard deviations of training; red: see the table's note")
    axes.set_title("Observed beside training: mean, with one standard deviation")
    axes.legend(loc="best", fontsize=8)
    return figure


def masks_figure(found: Found) -> Figure:
    """Draw when each modality was masked, a colour for each reason."""
    names = [row["key"] for row in found["masks"]]
    reasons = list(dict.fromkeys(row["reason"] for row in found["outages"]))
    figure, (axes,) = _figure(len(names))
    for number, reason in enumerate(reasons):
        for place, name in enumerate(names):
            spans = [
                (row["from_s"], max(row["to_s"] - row["from_s"], 0.005))
                for row in found["outages"]
                if (row["key"], row["reason"]) == (name, reason)
            ]
            axes.broken_barh(spans, (place - 0.35, 0.7), color=f"C{number % 10}")
        axes.plot([], [], color=f"C{number % 10}", linewidth=6, label=reason)
    _places(axes, names)
    axes.set_xlim(0.0, found["recording"]["seconds"] or 1.0)
    axes.set_xlabel("s")
    axes.set_title("Masked, and why" if reasons else "Nothing was masked")
    if reasons:
        figure.legend(loc="outside lower center", ncols=4, fontsize=8)
    return figure


def ages_figure(found: Found) -> Figure:
    """Draw the largest age of each stream's newest sample over time."""
    figure, (axes,) = _figure(8)
    data = found["ages_over_time"]
    for name, values in data["streams"].items():
        shown = [np.nan if value is None else max(value, 0.1) for value in values]
        axes.plot(data["times_s"], shown, linewidth=1.0, label=name)
    axes.set_yscale("log")
    axes.set_xlabel("s")
    axes.set_ylabel("ms")
    axes.set_title("Age of the newest sample, the largest in each span")
    axes.grid(alpha=0.3)
    axes.legend(loc="best", fontsize=8, ncols=4)
    return figure


def latency_figure(found: Found) -> Figure:
    """Draw the distribution of latencies; None where none were measured."""
    rows = [row for row in found["latency"]["rows"] if row["n"]]
    figure, (axes,) = _figure(7)
    last = max(max(np.flatnonzero(row["bins"])) for row in rows) + 1
    edges = np.arange(last + 1) * BIN_MS
    for row in rows:
        axes.stairs(row["bins"][:last], edges, label=row["topic"])
    axes.set_xlabel("ms")
    axes.set_ylabel("commands")
    axes.set_title("From the sending of an IMU sample to the command made of it")
    axes.legend(loc="best", fontsize=8)
    return figure


def _heat(axes: Any, figure: Figure, windows: Any, values: Mapping[str, list[float]]) -> None:
    """Draw a line per name and a column per window."""
    edges = [window[0] for window in windows] + [windows[-1][1]]
    table = np.array(list(values.values()))
    sides = np.arange(len(values) + 1) - 0.5
    drawn = axes.pcolormesh(edges, sides, table, vmin=0.0, cmap="viridis")
    _places(axes, list(values))
    figure.colorbar(drawn, ax=axes)


def importance_figure(found: Found) -> Figure:
    """Draw how much the action hung on each modality over time, by three measures."""
    figure, panels = _figure(len(found["masks"]), len(MEASURES))
    for axes, (measure, said) in zip(panels, MEASURES.items(), strict=True):
        _heat(axes, figure, found["windows"], found["importance"][measure])
        axes.set_title(f"Change of the action (share of full torque): {said}", fontsize=10)
    panels[-1].set_xlabel("s")
    return figure


def attention_figure(found: Found) -> Figure:
    """Draw the share of attention that each modality got over time."""
    figure, (axes,) = _figure(len(found["attention"]))
    _heat(axes, figure, found["windows"], found["attention"])
    axes.set_xlabel("s")
    axes.set_title("Share of attention")
    return figure


def activity_figure(found: Found) -> Figure:
    """Draw the fused features over time."""
    data = np.array(found["activity"]["fused"]).T
    figure, (axes,) = _figure(min(len(data) // 4, 24) + 4)
    ends = found["activity"]["times_s"]
    drawn = axes.imshow(
        data, aspect="auto", interpolation="nearest", cmap="RdBu_r", vmin=-2.0, vmax=2.0,
        extent=(ends[0], ends[-1] or 1.0, len(data) - 0.5, -0.5),
    )  # fmt: skip
    figure.colorbar(drawn, ax=axes)
    axes.set_xlabel("s")
    axes.set_ylabel("feature")
    axes.set_title("Fused features")
    return figure


def figures(found: Found) -> Iterator[tuple[str, Figure]]:
    """Yield every figure that there is something for, by the section of the page it stands in."""
    yield "statistics", statistics_figure(found)
    yield "masks", masks_figure(found)
    yield "ages", ages_figure(found)
    if any(row["n"] for row in found["latency"]["rows"]):
        yield "latency", latency_figure(found)
    yield "importance", importance_figure(found)
    if found["attention"]:
        yield "attention", attention_figure(found)
    yield "activity", activity_figure(found)
