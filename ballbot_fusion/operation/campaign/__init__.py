"""The fault campaign through the whole graph: real launches, processes and middleware.

A stage is a module with ``scenarios(policy, seed)``, ``run(scenario, folder)``, and ``figures`` of
graph_figures.py; a new one is a file and a line in the table.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from ballbot_fusion.evaluation.scenario import Scenario

GRAPH_STAGES = ("lockstep", "real_time")
"""Modules of this package."""


class GraphStage(Protocol):
    """What a stage's module has."""

    def scenarios(self, policy: str, seed: int) -> list[Scenario]:
        """All runs, seed by seed."""

    def run(self, scenario: Scenario, folder: Path) -> dict[str, Any]:
        """Launch one; ``folder`` is for what it says."""

    def figures(self, episodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Entries of the report."""


def load_graph_stage(name: str) -> GraphStage:
    """Import a stage; raises ValueError for names that are not in GRAPH_STAGES."""
    if name not in GRAPH_STAGES:
        raise ValueError(f"No stage {name!r} of the graph; write one of {', '.join(GRAPH_STAGES)}.")
    stage: GraphStage = import_module(f"{__name__}.{name}")
    return stage
