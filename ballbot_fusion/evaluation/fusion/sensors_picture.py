"""Who stays upright in which fault, as a picture."""

from typing import Any

import numpy as np

from ballbot_fusion.evaluation.fusion.compared import Comparison
from ballbot_fusion.evaluation.fusion.failing import CASES, met_by, rows_of
from ballbot_fusion.evaluation.plots import figure_class

LINE_IN, TITLE_IN = 0.34, 5.0
"""Height of a policy, and what the title needs at least, inches."""
DARK = 85.0
"""Shares beyond this, %, and as near to 0, are on dark ground."""


def sensors_figure(data: Comparison, terrain: str) -> Any | None:
    """Who stays upright in which fault."""
    policies = met_by(data, terrain)
    met = [rows_of(data, facts, terrain) for facts in policies]
    cases = [case for case in CASES if any(case in rows for rows in met)]
    if not cases:
        return None
    table = np.full((len(policies), len(cases)), np.nan)
    for line, rows in enumerate(met):
        for column, case in enumerate(cases):
            if case in rows:
                table[line, column] = 100.0 * rows[case]["value"]
    counts = {row["n"] for rows in met for row in rows.values()}
    width = max(2.5 + 0.36 * len(cases), TITLE_IN)
    height = 2.8 + LINE_IN * len(policies)
    figure = figure_class()(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(table, vmin=0.0, vmax=100.0, cmap="RdYlGn", aspect="auto")
    for (line, column), value in np.ndenumerate(table):
        text = "?" if np.isnan(value) else f"{value:.0f}"
        colour = "white" if value > DARK or value < 100.0 - DARK else "black"
        axes.text(column, line, text, ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(cases)), cases, rotation=60, ha="right", fontsize=8)
    axes.set_yticks(range(len(policies)), [facts.name for facts in policies])
    bar = figure.colorbar(image, ax=axes, pad=0.01)
    bar.set_label("upright, % of episodes", fontsize=8)
    least, most = min(counts), max(counts)
    episodes = f"{most}" if least == most else f"{least} to {most}"
    axes.set_title(
        f"Upright on {terrain} ground while a sensor fails\n"
        f"{episodes} episodes a figure; ? = not measured",
        fontsize=9,
    )
    return figure
