"""Faults of the cameras where sight matters: on hazard courses, to a goal, at 0.5 m/s."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ballbot_fusion.evaluation.campaign.figures import case_figures
from ballbot_fusion.evaluation.campaign.short import telling
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.evaluation.suites import faults
from ballbot_fusion.evaluation.suites.fault_cases import CASES, Case
from ballbot_fusion.simulation.terrain import COURSES

SHORT_S = 4.0
LONGEST_S = 30.0
"""Longest drive, s: by then the goal is reached, or the robot stands."""
WORLD = "courses"
"""What the report calls them together: which family it is follows from the seed."""
run = faults.run


def _driven(policy: str, seed: int, case: Case, seconds: float) -> Scenario:
    terrain = COURSES[seed % len(COURSES)]
    return replace(
        Scenario(policy, terrain, seed, case.seconds(seconds)), case=case.name, faults=case.faults
    )


def scenarios(policy: str, seeds: Sequence[int], seconds: float) -> list[Scenario]:
    """Return all drives, seed by seed; none lasts longer than ``LONGEST_S``."""
    cases = [case for case in CASES.values() if case.of_cameras]
    longest_s = min(seconds, LONGEST_S)
    return [_driven(policy, seed, case, longest_s) for seed in seeds for case in cases]


def short(policy: str, seed: int) -> list[Scenario]:
    """Return one drive with a camera lost."""
    cases = [case for case in telling(SHORT_S) if case.of_cameras and case.parts]
    return [_driven(policy, seed, case, SHORT_S) for case in cases]


def figures(episodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one entry per case, over all courses."""
    return case_figures(WORLD, episodes)
