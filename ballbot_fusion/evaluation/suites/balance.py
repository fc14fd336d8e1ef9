"""Balance: stand for the whole episode from a random tilt of up to 5 degrees, nobody commanding."""

from collections.abc import Sequence
from typing import Any

from ballbot_fusion.evaluation.results import Row, at_most, share
from ballbot_fusion.evaluation.scenario import Scenario, build

GOALS = {"flat": 1.0, "rough": 0.99}
"""Least share of episodes upright to the end."""
TERRAINS_BY_DEFAULT = tuple(GOALS)
"""Where it runs unless told otherwise."""


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per terrain and seed."""
    return [Scenario(policy, terrain, seed, seconds) for terrain in terrains for seed in seeds]


def run(scenario: Scenario) -> dict[str, Any]:
    """Run one; a success is upright to the end with the policy driving all the time."""
    summary = build(scenario).run(scenario.seconds)
    success = not summary["fell"] and summary["policy_share"] == 1.0
    return {"terrain": scenario.terrain, "seed": scenario.seed, "success": success, **summary}


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """Survival and largest tilt by terrain."""
    found = []
    for terrain in dict.fromkeys(episode["terrain"] for episode in episodes):
        here = [episode for episode in episodes if episode["terrain"] == terrain]
        goal = GOALS.get(terrain)
        found.append(share(terrain, "upright", [entry["success"] for entry in here], goal))
        tilts = [entry["max_tilt_deg"] for entry in here]
        found.append(at_most(terrain, "max_tilt_deg", tilts, None))
    return found
