"""Ten minutes in which nothing fails: the fallback must not be called, and nobody falls."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ballbot_fusion.evaluation.campaign.cases import driving
from ballbot_fusion.evaluation.results import share
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.evaluation.suites.faults import ROUGH_UPRIGHT

SHORT_S = 0.0
TERRAINS = ("flat", "rough")
LONG_S = 600.0
SEEDS = 3
"""As many of the campaign's seeds, for each takes as long as a hundred other drives."""
UPRIGHT = {"flat": 1.0, "rough": ROUGH_UPRIGHT}


def scenarios(policy: str, seeds: Sequence[int], seconds: float) -> list[Scenario]:
    """Return the drives; they are shorter where ``seconds`` times ten is."""
    length_s = min(LONG_S, 10.0 * seconds)
    return [
        replace(driving(policy, terrain, seed), seconds=length_s, case=f"unfaulted, {terrain}")
        for seed in seeds[:SEEDS]
        for terrain in TERRAINS
    ]


def short(policy: str, seed: int) -> list[Scenario]:
    """Return nothing: the controls of the other stages show it for as long as there is time."""
    del policy, seed
    return []


def run(scenario: Scenario) -> dict[str, Any]:
    """Drive one; a success never needed the fallback, and stayed upright."""
    summary = build(scenario).run(scenario.seconds)
    return {
        "case": scenario.case,
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "seconds": scenario.seconds,
        "success": summary["policy_share"] == 1.0 and not summary["fell"],
        **summary,
    }


def figures(episodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one entry per terrain."""
    found = []
    for terrain in dict.fromkeys(entry["terrain"] for entry in episodes):
        own = [entry for entry in episodes if entry["terrain"] == terrain]
        upright = share(terrain, "upright", [not e["fell"] for e in own], UPRIGHT[terrain])
        alone = share(terrain, "policy alone", [e["policy_share"] == 1.0 for e in own], 1.0)
        found.append(
            {
                "world": terrain,
                "n": len(own),
                "seconds": max(entry["seconds"] for entry in own),
                "upright": upright.value,
                "low": upright.low,
                "high": upright.high,
                "policy_alone": alone.value,
                "tilt_deg": max(entry["max_tilt_deg"] for entry in own),
                "met": upright.met is True and alone.met is True,
            }
        )
    return found
