"""What an action depends on, as a picture."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ballbot_fusion.evaluation.fusion.importance import GRADIENT, MASKED, PERMUTED
from ballbot_fusion.evaluation.plots import figure_class

LINE_IN, FRAME_IN = 0.55, 1.3
"""Height of a modality, and of what titles and axes take, inches."""
BARS = {
    GRADIENT: ("slope towards another sample's value", "tab:blue"),
    PERMUTED: ("exchanged for another sample's value", "tab:orange"),
    MASKED: ("hidden by the mask", "tab:gray"),
}
"""What a measure is called, and its colour."""


def uses_figure(name: str, uses: Mapping[str, Any]) -> Any:
    """What the action hangs on, the modality that it hangs on most on top."""
    by_measure = {
        measure: {row["case"]: row for row in uses["rows"] if row["metric"] == measure}
        for measure in BARS
    }
    keys = sorted(by_measure[PERMUTED], key=lambda key: -by_measure[PERMUTED][key]["value"])
    height = FRAME_IN + LINE_IN * len(keys)
    figure = figure_class()(figsize=(9.0, height), layout="constrained")
    axes = figure.subplots()
    for shift, (measure, (said, colour)) in zip((-0.25, 0.0, 0.25), BARS.items(), strict=True):
        rows = [by_measure[measure][key] for key in keys]
        places = np.arange(len(keys)) + shift
        values = [row["value"] for row in rows]
        errors = [
            [row["value"] - row["low"] for row in rows],
            [row["high"] - row["value"] for row in rows],
        ]
        axes.barh(places, values, 0.23, xerr=errors, color=colour, label=said)
    axes.set_yticks(range(len(keys)), keys)
    axes.set_ylim(len(keys) - 0.5, -0.5)
    axes.grid(axis="x", alpha=0.3)
    axes.set_xlabel("change of the action, share of the full torque (95 % interval)")
    axes.set_title(f"{name}: how much the action depends on each modality")
    axes.legend(loc="lower right", fontsize=8)
    return figure
