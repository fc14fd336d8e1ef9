"""How a soak through the graph is cut into parts."""

from dataclasses import dataclass

from ballbot_fusion.evaluation.soak.leg import SoakPlan


@dataclass(frozen=True)
class GraphSoakPlan(SoakPlan):
    """By the clock: its legs are those of no other soak."""

    by: str = "clock"
