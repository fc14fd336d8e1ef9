"""Latencies by percentile: all contenders of a load in one picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ballbot_fusion.bench.live.loads import FLOOR, GRAPH, UNLOADED, USUAL
from ballbot_fusion.evaluation.plots import figure_class

DPI = 110
COLOURS = {GRAPH: "tab:green", FLOOR: "tab:gray", UNLOADED: "black", USUAL: "tab:red"}
MARKS_MS = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Where the axis may have a number."""
STYLES = {"100 Hz": ":", "200 Hz": "-", "500 Hz": "--"}


def _sizes(result: Mapping[str, Any]) -> list[str]:
    """Image sizes, each of which has a picture of its own."""
    cases = [name.split(", ") for name in result.get("latencies_ms", {})]
    return list(dict.fromkeys(words[1] for words in cases if words[0] in (GRAPH, USUAL)))


def picture_names(result: Mapping[str, Any]) -> list[str]:
    """Return the files that ``save_pictures`` writes."""
    return [f"latency_{size}.png" for size in _sizes(result) if size[0].isdigit()]


def _figure(result: Mapping[str, Any], size: str) -> Any:
    figure = figure_class()(figsize=(9.0, 4.5), layout="constrained")
    axes = figure.subplots()
    for name, curve in result["latencies_ms"].items():
        who, _, load = name.partition(", ")
        if name != UNLOADED and not load.startswith(size):
            continue
        rate = load.rpartition(", ")[2]
        axes.plot(
            curve, result["percentiles"], STYLES.get(rate, "-"),
            color=COLOURS[UNLOADED if name == UNLOADED else who], label=name, linewidth=1.5,
        )  # fmt: skip
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    shown = [mark for mark in MARKS_MS if low <= mark <= high]
    axes.set_xticks(shown, [f"{mark:g}" for mark in shown])
    axes.minorticks_off()
    axes.set_xlabel("from the IMU sample's publication to the motor command's arrival, ms")
    axes.set_ylabel("share of commands, %")
    axes.set_title(f"depth images {size}; medians of {result['repeats']} repeats", fontsize=10)
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right center", fontsize=7)
    return figure


def save_pictures(result: Mapping[str, Any], folder: Path) -> list[str]:
    """Write all pictures into ``folder``; return their names.

    Raises:
        PlotError: matplotlib is not installed.
        OSError: a file cannot be written.
    """
    names = picture_names(result)
    if names:
        folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        size = name.removeprefix("latency_").removesuffix(".png")
        path = folder / name
        _figure(result, size).savefig(path, dpi=DPI, metadata={"Software": None})
    return names
