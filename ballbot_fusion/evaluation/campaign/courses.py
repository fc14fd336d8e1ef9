"""Faults of the cameras where sight matters: on hazard courses, to a goal, at 0.5 m/s."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ballbot_fusion.evaluation.campaign.figures import case_figures
from ballbot_fusion.evaluation.campaign.short import telling
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.evaluation.suites import faults
from ballbot_fusion.evaluation.suites.fault_cases import CASES
from ballbot_fusion.simulation.terrain import COURSES

SHORT_S = 4.0
LONGEST_S = 30.0
"""Longest drive, s: by then the goal is reached, or the robot stands."""
WORLD = "courses"
"""What the report calls them together: which family it is follows from the seed."""
run = faults.run


def _planned(policy: str, seed: int, seconds: float) -> list[Scenario]:
    """Every case of the cameras as the suite plans it; an operator steers, not the scenario."""
    terrain = COURSES[seed % len(COURSES)]
    planned = faults.scenarios(policy, [terrain], [seed], seconds)
    return [replace(s, orders=()) for s in planned if CASES[s.case].of_cameras]


def scenarios(policy: str, seeds: Sequence[int], seconds: float) -> list[Scenario]:
    """Return all drives, seed by seed; none lasts longer than ``LONGEST_S``."""
    longest_s = min(seconds, LONGEST_S)
    return [scenario for seed in seeds for scenario in _planned(policy, seed, longest_s)]


def short(policy: str, seed: int) -> list[Scenario]:
    """Return one drive with a camera lost."""
    names = [case.name for case in telling(SHORT_S) if case.parts]
    return [scenario for scenario in _planned(policy, seed, SHORT_S) if scenario.case in names]


def figures(episodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one entry per case, over all courses."""
    return case_figures(WORLD, episodes)
