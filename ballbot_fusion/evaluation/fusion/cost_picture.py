"""What success on hazards costs, as a picture."""

from collections.abc import Mapping, Sequence
from typing import Any

from ballbot_fusion.evaluation.fusion.compared import Comparison
from ballbot_fusion.evaluation.fusion.facts import PolicyFacts
from ballbot_fusion.evaluation.fusion.tables import HAZARD
from ballbot_fusion.evaluation.plots import figure_class

LINE_IN, FRAME_IN = 0.34, 2.0
"""Height of a policy, and of what titles and axes take, inches."""
FAMILIES = {"known families": "tab:blue", "unseen families": "tab:orange"}
TIMES = {
    "no_frames_p50_us": ("without frames", "tab:green"),
    "new_frames_p50_us": ("with new frames", "tab:purple"),
}
APART = 0.12
"""Half the distance of the two figures of a policy, in its lines."""


def _interval(axes: Any, row: Mapping[str, Any], place: float, colour: str, scale: float) -> None:
    """Draw a value with its interval at a height."""
    low, value, high = (scale * row[name] for name in ("low", "value", "high"))
    axes.plot([low, high], [place, place], color=colour, linewidth=2)
    axes.plot([value], [place], "o", color=colour, markersize=6)


def _legend_above(axes: Any) -> None:
    """Where it covers no figure."""
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=8, frameon=False)


def _hazards(axes: Any, data: Comparison, policies: Sequence[PolicyFacts]) -> None:
    for shift, (case, colour) in zip((-APART, APART), FAMILIES.items(), strict=True):
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
    for shift, (metric, (label, colour)) in zip((-APART, APART), TIMES.items(), strict=True):
        axes.plot([], [], "o", color=colour, label=label)
        for place, facts in enumerate(policies):
            row = data.of(facts).speed.get(metric)
            if row is not None:
                _interval(axes, row, place + shift, colour, 1e-3)
    axes.set_xlim(left=0.0)
    axes.set_xlabel("median time of a tick, ms\n(95 % interval)")
    _legend_above(axes)


def cost_figure(data: Comparison) -> Any:
    """What success on hazards costs: the smallest policy on top."""
    policies = sorted(data.policies, key=lambda facts: (facts.parameters, facts.name))
    height = FRAME_IN + LINE_IN * len(policies)
    figure = figure_class()(figsize=(11.0, height), layout="constrained")
    left, middle, right = figure.subplots(1, 3, sharey=True, width_ratios=(3, 2, 2))
    _hazards(left, data, policies)
    middle.barh(range(len(policies)), [facts.parameters * 1e-3 for facts in policies], height=0.5)
    middle.set_xlabel("parameters, thousands")
    middle.grid(axis="x", alpha=0.3)
    _times(right, data, policies)
    right.grid(axis="x", alpha=0.3)
    left.set_yticks(range(len(policies)), [facts.name for facts in policies])
    left.set_ylim(len(policies) - 0.5, -0.5)
    left.grid(axis="x", alpha=0.3)
    figure.suptitle("What a policy reaches on hazards, and what it costs", fontsize=11)
    return figure
