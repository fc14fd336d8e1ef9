"""Hazard: to a goal behind a hazard and back, at 0.5 m/s, by an operator who knows no hazards."""

from collections.abc import Sequence
from dataclasses import replace
from math import cos, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.results import Row, at_least, share
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.simulation.operator import Errand
from ballbot_fusion.simulation.simulation import GroundTruth
from ballbot_fusion.simulation.terrain import COURSES, HELD_OUT_FAMILIES
from ballbot_fusion.simulation.terrain.course import Course, make_course
from ballbot_fusion.simulation.terrain.hazards import ROBOT_RADIUS_M, clearance_map, map_grid

TERRAINS_BY_DEFAULT = COURSES
SPEED = 0.5
"""Commanded, m/s."""
FREE_M = 1.5
"""The way counts as free when it is so far ahead."""
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


class _FreeWay:
    """Whether nothing is in the way ahead, from the true map."""

    def __init__(self, course: Course) -> None:
        self._clearance: NDArray[np.float64] = clearance_map(course.terrain)
        self._grid = map_grid(course.terrain)

    def ahead(self, truth: GroundTruth) -> bool:
        """Whether the next ``FREE_M`` straight ahead are clear for the robot."""
        yaw = rotation.yaw_of(truth.orientation)
        x, y = truth.position[:2]
        return all(
            self._clearance[self._grid.node((x + away * cos(yaw), y + away * sin(yaw)))]
            > ROBOT_RADIUS_M
            for away in np.arange(0.0, FREE_M, 0.1)
        )


EVERY_TICKS = 20
"""Speed is looked at every so many ticks."""


class _Speeds:
    """Speed ahead, where the command is full speed ahead and the way is free."""

    def __init__(self, errand: Errand, free: _FreeWay) -> None:
        self._errand, self._free = errand, free
        self.found: list[float] = []
        self._ticks = 0

    def add(self, tick: Tick, truth: GroundTruth) -> None:
        self._ticks += 1
        if self._ticks % EVERY_TICKS or tick.state.command[0] < 0.95 * SPEED:
            return
        if self._errand.points_at_goal(truth) and self._free.ahead(truth):
            self.found.append(truth.heading_velocity[0])


def run(scenario: Scenario) -> dict[str, Any]:
    """Run one; a success neither falls nor touches, with the policy driving all the time."""
    course = make_course(scenario.terrain, scenario.seed)
    errand = Errand(course.goal, SPEED)
    episode = build(scenario, errand.command)
    simulation = episode.loop.plant.simulation
    speeds = _Speeds(errand, _FreeWay(course))
    summary = episode.run(
        scenario.seconds, lambda tick: speeds.add(tick, simulation.ground_truth())
    )
    return {
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "success": not (summary["fell"] or simulation.touched) and summary["policy_share"] == 1.0,
        "touched": simulation.touched,
        "passable": course.passable,
        "reached": errand.legs > 0,
        "free_speed": float(np.mean(speeds.found)) if speeds.found else None,
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
