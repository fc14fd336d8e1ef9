"""Survival against the length of a blackout, a picture per sensor."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.campaign.blackouts import OPEN, SENSORS, SHIPPED, UNTOLD
from ballbot_fusion.evaluation.campaign.outcome import drives_by_sensor
from ballbot_fusion.evaluation.plots import figure_class

DPI = 110
COLOURS = {SHIPPED: "tab:green", OPEN: "tab:blue", UNTOLD: "tab:orange"}
APART = {SHIPPED: 0.97, OPEN: 1.0, UNTOLD: 1.03}
"""Curves that lie on one another are drawn beside one another: factor of the length."""
Points = Sequence[Mapping[str, Any]]


def picture_names(result: Mapping[str, Any]) -> list[str]:
    """Return the files that ``save_pictures`` writes."""
    points = result["stages"].get("blackouts", [])
    return [f"blackout_{sensor}.png" for sensor in drives_by_sensor(points)]


def _figure(sensor: str, points: Points, limits: Points) -> Any:
    figure = figure_class()(figsize=(8.0, 4.0), layout="constrained")
    axes = figure.subplots()
    for answer in SENSORS[sensor].answers:
        own = sorted((p for p in points if p["answer"] == answer), key=lambda p: p["length_s"])
        lengths = [p["length_s"] * APART[answer] for p in own]
        shares = [100.0 * p["survived"] for p in own]
        below = [max(100.0 * (p["survived"] - p["low"]), 0.0) for p in own]
        above = [max(100.0 * (p["high"] - p["survived"]), 0.0) for p in own]
        axes.errorbar(
            lengths, shares, [below, above], fmt="o-", color=COLOURS[answer], label=answer,
            capsize=2, markersize=4, linewidth=1.5, elinewidth=0.7,
        )  # fmt: skip
    for limit in limits:
        axes.axvline(limit["limit_s"], color="black", linestyle=":", linewidth=1)
        text = f" {limit['what']}: {1e3 * limit['limit_s']:.0f} ms"
        axes.text(limit["limit_s"], 4.0, text, rotation=90, fontsize=7, va="bottom", ha="right")
    axes.set_xscale("log")
    axes.set_ylim(-3.0, 103.0)
    axes.set_xlabel("length of the blackout, s")
    axes.set_ylabel("drives survived, % (95 % interval)")
    counts = {point["n"] for point in points}
    drives = f"{min(counts)}" if len(counts) == 1 else f"{min(counts)} to {max(counts)}"
    ground = SENSORS[sensor].ground
    axes.set_title(f"{sensor} silent, on {ground} (drives a point: {drives})", fontsize=10)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    return figure


def save_pictures(result: Mapping[str, Any], folder: Path) -> list[str]:
    """Write all pictures into ``folder``; return their names.

    Raises:
        PlotError: matplotlib is not installed.
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    limits = result["stages"].get("limits", [])
    names = picture_names(result)
    parts = drives_by_sensor(result["stages"].get("blackouts", []))
    for name, (sensor, points) in zip(names, parts.items(), strict=True):
        own = [limit for limit in limits if limit["sensor"] == sensor]
        _figure(sensor, points, own).savefig(folder / name, dpi=DPI, metadata={"Software": None})
    return names
