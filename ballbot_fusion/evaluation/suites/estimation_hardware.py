"""Estimation of the robot that hardware.launch.py simulates, while it drives by its owner's file.

As the suite estimation, of a robot that differs from what its file says: sensors that are askew,
late, noisy and biased, positions alone from the encoders, motors that lag and have play.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ballbot_fusion.evaluation.results import Row, at_most, by_case
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.evaluation.suites import estimation
from ballbot_fusion.simulation import hardware

TERRAINS_BY_DEFAULT = ("flat",)
"""Where it runs unless told otherwise."""
run = estimation.run


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per terrain, case and seed."""
    owner = hardware.owners_file()
    return [
        replace(scenario, errors=None, hardware=True, drivetrain="rollers", robot=owner)
        for scenario in estimation.scenarios(policy, terrains, seeds, seconds)
    ]


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """As those of the suite estimation, and the tilt of the first 20 s, of which no goal speaks."""
    found = estimation.rows(episodes)
    for terrain, case, here in by_case(episodes):
        first = [entry["tilt_rms_first_deg"] for entry in here]
        found.append(at_most(f"{terrain}, {case}", "tilt_rms_first_deg", first, None))
    return found
