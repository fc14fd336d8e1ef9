"""The parts of a campaign that need no ROS, by name."""

from collections.abc import Sequence
from typing import Any, Protocol

from ballbot_fusion.core.tables import load_entry
from ballbot_fusion.evaluation.scenario import Scenario

STAGES = {
    "cases": "ballbot_fusion.evaluation.campaign.cases",
    "courses": "ballbot_fusion.evaluation.campaign.courses",
    "blackouts": "ballbot_fusion.evaluation.campaign.blackouts",
    "stops": "ballbot_fusion.evaluation.campaign.stops",
    "unfaulted": "ballbot_fusion.evaluation.campaign.unfaulted",
}
"""Module by name, in the order in which they run."""


class Stage(Protocol):
    """What a stage's module has."""

    SHORT_S: float
    """Simulated seconds that the short campaign spends on it, the controls not counted."""

    def scenarios(self, policy: str, seeds: Sequence[int], seconds: float) -> list[Scenario]:
        """All drives, seed by seed; faults that last for ever are watched for ``seconds``."""

    def short(self, policy: str, seed: int) -> list[Scenario]:
        """Drives for the short campaign, the most telling first."""

    def run(self, scenario: Scenario) -> dict[str, Any]:
        """Drive one."""

    def figures(self, episodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Entries of the report."""


def load_stage(name: str) -> Stage:
    """Import a stage.

    Raises:
        ValueError: no such stage.
    """
    stage: Stage = load_entry(STAGES, name, "stage")
    return stage


def in_budget(scenarios: Sequence[Scenario], budget_s: float) -> list[Scenario]:
    """Return the first ones that together last no longer than ``budget_s`` simulated seconds."""
    found: list[Scenario] = []
    for scenario in scenarios:
        if sum(entry.seconds for entry in found) + scenario.seconds > budget_s:
            break
        found.append(scenario)
    return found
