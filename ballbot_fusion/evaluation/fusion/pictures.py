"""Pictures of a comparison: one message each, a line per policy, however many there are."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ballbot_fusion.evaluation.fusion.attention_pictures import attention_figures
from ballbot_fusion.evaluation.fusion.facts import PolicyFacts
from ballbot_fusion.evaluation.fusion.importance import MEASURES
from ballbot_fusion.evaluation.fusion.samples import RecordedSamples
from ballbot_fusion.evaluation.fusion.tables import HAZARD, Comparison, fault_cases
from ballbot_fusion.evaluation.plots import figure_class

DPI = 110
LINE_IN, FRAME_IN = 0.34, 1.3
"""Height of a policy, and of what titles and axes take, inches."""
DARK = 85.0
"""Shares beyond this, %, and as near to 0, are on dark ground."""
FAMILIES = {"known families": "tab:blue", "unseen families": "tab:orange"}
BARS = dict(zip(MEASURES, ("tab:blue", "tab:orange", "tab:gray"), strict=True))
SAID = {
    "gradient": "slope towards another sample's value",
    "permuted": "exchanged for another sample's value",
    "masked": "hidden by the mask",
}
Figure = Any


def _interval(axes: Any, row: Mapping[str, Any], place: float, colour: str, scale: float) -> None:
    """Draw a value with its interval at a height."""
    low, value, high = (scale * row[name] for name in ("low", "value", "high"))
    axes.plot([low, high], [place, place], color=colour, linewidth=2)
    axes.plot([value], [place], "o", color=colour, markersize=6)


def _lines(axes: Any, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.grid(axis="x", alpha=0.3)


def _legend_above(axes: Any) -> None:
    """Where it covers no figure."""
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=8, frameon=False)


def _hazards(axes: Any, data: Comparison, policies: Sequence[PolicyFacts]) -> None:
    for shift, (case, colour) in zip((-0.12, 0.12), FAMILIES.items(), strict=True):
        axes.plot([], [], "o", color=colour, label=case.replace("families", "worlds"))
        for place, facts in enumerate(policies):
            row = data.of(facts).rows.get(("hazard", case, HAZARD))
            if row is not None:
                _interval(axes, row, place + shift, colour, 100.0)
    for place, facts in enumerate(policies):
        if not any(("hazard", case, HAZARD) in data.of(facts).rows for case in FAMILIES):
            axes.text(2.0, place, "not measured", va="center", color="gray")
    axes.set_xlim(0.0, 102.0)
    axes.set_xlabel("courses without fall or contact, %\n(95 % interval)")
    _legend_above(axes)


def _times(axes: Any, data: Comparison, policies: Sequence[PolicyFacts]) -> None:
    shown = (("no_frames_p50_us", "without frames"), ("new_frames_p50_us", "with new frames"))
    for shift, colour, (metric, label) in zip(
        (-0.12, 0.12), ("tab:green", "tab:purple"), shown, strict=True
    ):
        axes.plot([], [], "o", color=colour, label=label)
        for place, facts in enumerate(policies):
            row = data.of(facts).speed.get(metric)
            if row is not None:
                _interval(axes, row, place + shift, colour, 1e-3)
    axes.set_xlim(left=0.0)
    axes.set_xlabel("median time of a tick, ms\n(95 % interval)")
    _legend_above(axes)


def _cost(data: Comparison) -> Figure:
    """What success on hazards costs: the smallest policy on top."""
    policies = sorted(data.policies, key=lambda facts: (facts.parameters, facts.name))
    height = FRAME_IN + 0.7 + LINE_IN * len(policies)
    figure = figure_class()(figsize=(11.0, height), layout="constrained")
    left, middle, right = figure.subplots(1, 3, sharey=True, width_ratios=(3, 2, 2))
    _hazards(left, data, policies)
    middle.barh(range(len(policies)), [facts.parameters * 1e-3 for facts in policies], height=0.5)
    middle.set_xlabel("parameters, thousands")
    middle.grid(axis="x", alpha=0.3)
    _times(right, data, policies)
    right.grid(axis="x", alpha=0.3)
    _lines(left, [facts.name for facts in policies])
    figure.suptitle("What a policy reaches on hazards, and what it costs", fontsize=11)
    return figure


def _sensors(data: Comparison, terrain: str) -> Figure | None:
    """Who stays upright in which fault."""
    cases = fault_cases(data, terrain)
    policies = [f for f in data.driven if any(k[0] == "sensors" for k in data.of(f).rows)]
    if not cases or not policies:
        return None
    table = np.full((len(policies), len(cases)), np.nan)
    counts = set()
    for line, facts in enumerate(policies):
        for column, case in enumerate(cases):
            row = data.of(facts).rows.get(("sensors", case, "upright"))
            if row is not None:
                table[line, column] = 100.0 * row["value"]
                counts.add(row["n"])
    width, height = 2.5 + 0.36 * len(cases), 2.6 + LINE_IN * len(policies)
    figure = figure_class()(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(table, vmin=0.0, vmax=100.0, cmap="RdYlGn", aspect="auto")
    for (line, column), value in np.ndenumerate(table):
        text = "?" if np.isnan(value) else f"{value:.0f}"
        colour = "white" if value > DARK or value < 100.0 - DARK else "black"
        axes.text(column, line, text, ha="center", va="center", color=colour, fontsize=8)
    labels = [case.removeprefix(f"{terrain}, ") for case in cases]
    axes.set_xticks(range(len(cases)), labels, rotation=60, ha="right", fontsize=8)
    axes.set_yticks(range(len(policies)), [facts.name for facts in policies])
    bar = figure.colorbar(image, ax=axes, pad=0.01)
    bar.set_label("upright, % of episodes", fontsize=8)
    axes.set_title(
        f"Upright on {terrain} ground while a sensor fails "
        f"({min(counts)} to {max(counts)} episodes a figure; ? = not measured)"
    )
    return figure


def _uses(name: str, uses: Mapping[str, Any]) -> Figure:
    """What the action hangs on, the modality that it hangs on most on top."""
    by_measure = {
        measure: {row["case"]: row for row in uses["rows"] if row["metric"] == measure}
        for measure in MEASURES
    }
    keys = sorted(by_measure["permuted"], key=lambda key: -by_measure["permuted"][key]["value"])
    height = FRAME_IN + 0.55 * len(keys)
    figure = figure_class()(figsize=(9.0, height), layout="constrained")
    axes = figure.subplots()
    for shift, (measure, colour) in zip((-0.25, 0.0, 0.25), BARS.items(), strict=True):
        rows = [by_measure[measure][key] for key in keys]
        places = np.arange(len(keys)) + shift
        values = [row["value"] for row in rows]
        errors = [
            [row["value"] - row["low"] for row in rows],
            [row["high"] - row["value"] for row in rows],
        ]
        axes.barh(places, values, 0.23, xerr=errors, color=colour, label=SAID[measure])
    _lines(axes, keys)
    axes.set_xlabel("change of the action, share of the full torque (95 % interval)")
    axes.set_title(f"{name}: how much the action depends on each modality")
    axes.legend(loc="lower right", fontsize=8)
    return figure


def figures(data: Comparison, samples: RecordedSamples | None) -> Iterator[tuple[str, Figure]]:
    """Yield every picture with its file's name."""
    yield "cost.png", _cost(data)
    for terrain in ("flat", "rough"):
        figure = _sensors(data, terrain)
        if figure is not None:
            yield f"sensors_{terrain}.png", figure
    for facts in data.asked:
        uses = data.of(facts).uses or {}
        yield f"uses_{facts.name}.png", _uses(facts.name, uses)
        if uses["attention"] is not None:
            yield from attention_figures(facts.name, uses["attention"], samples)


def picture_names(data: Comparison, samples: RecordedSamples | None) -> list[str]:
    """Return the names of all pictures, without drawing them to the disk.

    Raises:
        PlotError: matplotlib is not installed.
    """
    return [name for name, _ in figures(data, samples)]


def save_pictures(data: Comparison, samples: RecordedSamples | None, folder: Path) -> list[str]:
    """Write all pictures into ``folder``; return their names.

    Raises:
        PlotError: matplotlib is not installed.
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for name, figure in figures(data, samples):
        figure.savefig(folder / name, dpi=DPI, metadata={"Software": None})
        names.append(name)
    return names
