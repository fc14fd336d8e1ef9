"""Hazard: to a goal behind a hazard and back, at 0.5 m/s, by an operator who knows no hazards."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ballbot_fusion.evaluation.free_speed import FreeSpeed
from ballbot_fusion.evaluation.results import Row, at_least, share
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.simulation.operator import Errand
from ballbot_fusion.simulation.terrain import COURSES, HELD_OUT_FAMILIES
from ballbot_fusion.simulation.terrain.course import make_course

TERRAINS_BY_DEFAULT = COURSES
SPEED = 0.5
"""Commanded, m/s."""
SAFE_GOALS = {False: 0.97, True: 0.95}
"""Least share of episodes without fall or contact, by whether the family was held out."""
REACHED_GOAL = 0.8
SPEED_GOAL = 0.4


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per family and seed."""
    base = Scenario(policy, seconds=seconds)
    return [replace(base, terrain=terrain, seed=seed) for terrain in terrains for seed in seeds]


def run(scenario: Scenario) -> dict[str, Any]:
    """Run one; a success neither falls nor touches, with the policy driving all the time."""
    course = make_course(scenario.terrain, scenario.seed)
    errand = Errand(course.goal, SPEED)
    episode = build(scenario, errand.command)
    simulation = episode.loop.plant.simulation
    speed = FreeSpeed(course.terrain, SPEED)
    summary = episode.run(
        scenario.seconds,
        lambda tick: speed.add(simulation.ground_truth(), tick.state.command[0]),
    )
    return {
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "success": not (summary["fell"] or simulation.touched) and summary["policy_share"] == 1.0,
        "touched": simulation.touched,
        "passable": course.passable,
        "reached": errand.legs > 0,
        "free_speed": speed.mean,
        **summary,
    }


def _group(case: str, episodes: Sequence[dict[str, Any]], safe_goal: float | None) -> list[Row]:
    found = [share(case, "no_fall_no_contact", [e["success"] for e in episodes], safe_goal)]
    passable = [entry["reached"] for entry in episodes if entry["passable"]]
    if passable:
        found.append(share(case, "goal_reached", passable, REACHED_GOAL))
    speeds = [entry["free_speed"] for entry in episodes if entry["free_speed"] is not None]
    if speeds:
        found.append(at_least(case, "free_speed", speeds, SPEED_GOAL))
    return found


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """Safety, goals and speed of known and of unseen families, then of each."""
    found = []
    for held_out, case in ((False, "known families"), (True, "unseen families")):
        here = [e for e in episodes if (e["terrain"] in HELD_OUT_FAMILIES) is held_out]
        if here:
            found += _group(case, here, SAFE_GOALS[held_out])
    for terrain in dict.fromkeys(episode["terrain"] for episode in episodes):
        here = [episode for episode in episodes if episode["terrain"] == terrain]
        found += [replace(row, goal=None, met=None) for row in _group(terrain, here, None)]
    return found
