"""What a campaign amounts to: one plain object, from which page and pictures are made."""

from collections.abc import Mapping, Sequence
from typing import Any

from ballbot_fusion.evaluation.campaign.blackouts import SENSORS
from ballbot_fusion.evaluation.campaign.limits import limits
from ballbot_fusion.evaluation.campaign.stages import load_stage
from ballbot_fusion.evaluation.results import Row, share

SUITE = "campaign"
Episodes = Mapping[str, Sequence[dict[str, Any]]]
"""Results of the drives, by stage."""
MOST_FAILURES = 200
"""As many drives that broke a promise are listed, for whoever wants to see them again."""


def figures_of(episodes: Episodes) -> dict[str, list[dict[str, Any]]]:
    """Return the entries of every stage that has drives, and the limits that follow."""
    found = {name: load_stage(name).figures(own) for name, own in episodes.items() if own}
    if "blackouts" in found:
        found["limits"] = limits(found["blackouts"])
    return found


def _promised(world: str, episodes: Sequence[dict[str, Any]], figures: Sequence[Any]) -> list[Row]:
    """Return one row per goal: all drives of a world with that goal together."""
    goals = {entry["case"]: entry["goal"] for entry in figures}
    found = []
    for goal in sorted({goal for goal in goals.values() if goal is not None}, reverse=True):
        own = [entry["upright"] for entry in episodes if goals[entry["case"]] == goal]
        found.append(share(f"{world}, promised {goal:.0%}", "upright", own, goal))
    kept = [not entry["breaches"] for entry in episodes]
    sound = [entry["bad_commands"] == 0 for entry in episodes]
    found.append(share(f"{world}, all", "as_documented", kept, 1.0))
    found.append(share(f"{world}, all", "commands_within_limits", sound, 1.0))
    return found


def rows_of(episodes: Episodes, figures: Mapping[str, Sequence[Any]]) -> list[Row]:
    """Return the goals of the campaign, each over all drives that it is about."""
    found = []
    for stage in ("cases", "courses"):
        for world in dict.fromkeys(entry["world"] for entry in figures.get(stage, ())):
            own = [e for e in episodes[stage] if stage == "courses" or e["terrain"] == world]
            entries = [entry for entry in figures[stage] if entry["world"] == world]
            found += _promised(world, own, entries)
    if stopped := [e["success"] for e in episodes.get("stops", ()) if e["counted"]]:
        case = "emergency stop in each fault, rough"
        found.append(share(case, "zero_in_time_and_latched", stopped, 1.0))
    for entry in figures.get("unfaulted", ()):
        own = [e for e in episodes["unfaulted"] if e["terrain"] == entry["world"]]
        case = f"{entry['world']}, nothing fails, {entry['seconds']:g} s"
        found.append(share(case, "upright", [not e["fell"] for e in own], None))
        found.append(share(case, "policy_alone", [e["policy_share"] == 1.0 for e in own], 1.0))
    return found


def failures_of(episodes: Episodes) -> list[dict[str, Any]]:
    """Return the drives with the table's cases that broke a promise, the first ones."""
    kept = ("case", "terrain", "seed", "upright", "breaches")
    broken = [
        {"stage": stage, **{key: entry[key] for key in kept}}
        for stage in ("cases", "courses", "stops")
        for entry in episodes.get(stage, ())
        if not entry["success"]
    ]
    return broken[:MOST_FAILURES]


def verdict(figures: Mapping[str, Sequence[Any]], rows: Sequence[Row]) -> bool:
    """Whether something was driven, and kept every promise."""
    entries = [entry for own in figures.values() for entry in own]
    # Blackouts promise nothing; what limits rest on is for those who choose them to judge.
    judged = [entry["met"] for entry in entries if "met" in entry]
    return bool(entries) and all(judged) and all(row.met is not False for row in rows)


def drives_by_sensor(points: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the points of each sensor of which there are any."""
    found = {name: [point for point in points if point["sensor"] == name] for name in SENSORS}
    return {name: own for name, own in found.items() if own}


def counts_of(planned: Sequence[str], driven: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return how many drives each stage has, and how many of them were driven.

    Args:
        planned: the stage of every drive of the plan.
        driven: results by stage.
    """
    return {
        name: {"planned": planned.count(name), "driven": len(driven.get(name, ()))}
        for name in dict.fromkeys(planned)
    }
