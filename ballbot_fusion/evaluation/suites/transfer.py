"""Transfer: velocity steps with another robot than the policy was trained for, and nobody told it.

Randomised dynamics and sensors with the ideal drivetrain; every other drivetrain with the nominal
robot.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ballbot_fusion.evaluation.results import Row, by_case
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.evaluation.suites import track
from ballbot_fusion.evaluation.suites.drives import steps
from ballbot_fusion.simulation.drivetrains import DRIVETRAINS

TERRAINS_BY_DEFAULT = ("flat", "rough")
"""Where it runs unless told otherwise."""
RANDOMISED = "randomised"
DRIVETRAIN_GOALS = {"flat": 0.98, "rough": 0.95}
"""Least share of episodes upright to the end with another drivetrain."""


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per terrain, seed and change of the robot."""
    others = [name for name in DRIVETRAINS if name != Scenario.drivetrain]
    found = []
    for terrain in terrains:
        for seed in seeds:
            base = Scenario(policy, terrain, seed, seconds, orders=steps(seed, seconds))
            found.append(replace(base, case=RANDOMISED, randomise=True))
            found += [replace(base, case=name, drivetrain=name) for name in others]
    return found


def run(scenario: Scenario) -> dict[str, Any]:
    """Run one; a success stays upright to the end with the policy driving all the time."""
    return track.run(scenario)


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """Survival and tracking by terrain and change of the robot."""
    found = []
    for terrain, case, here in by_case(episodes):
        name = f"{terrain}, {case}"
        goal = None if case == RANDOMISED else DRIVETRAIN_GOALS.get(terrain)
        found += track.driven(name, here, goal)
    return found
