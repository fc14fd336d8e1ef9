"""Every row of the table of reactions, and every pair, on open ground at 0.3 to 0.5 m/s.

On rough ground all of them; on flat ground, where nothing but the fault is to blame, those of the
cameras that last for ever.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import isinf
from typing import Any

from ballbot_fusion.evaluation.campaign.figures import case_figures
from ballbot_fusion.evaluation.campaign.short import telling
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.evaluation.script import Order
from ballbot_fusion.evaluation.suites import faults
from ballbot_fusion.evaluation.suites.fault_cases import CASES, HEALTHY, Case
from ballbot_fusion.simulation.sensors.noise import stream

SHORT_S = 56.0
SHORT_DRIVE_S = 4.0
"""Longest drive of the short campaign, s: the fault acts for its last second."""
SPEEDS = (0.3, 0.5)
"""Least and largest commanded speed, m/s; the seed draws it."""
YAW_RATE = 0.3
"""rad/s: round and round, for grounds end."""
_PURPOSE = 107  # of a random stream, beside the numbers of the sensors
run = faults.run


def speed_of(seed: int) -> float:
    """Commanded speed of a seed, m/s."""
    return float(stream(seed, _PURPOSE).uniform(*SPEEDS))


def driving(policy: str, terrain: str, seed: int) -> Scenario:
    """A drive on open ground in which nothing fails yet."""
    orders = (Order(0.0, (speed_of(seed), 0.0, YAW_RATE)),)
    return Scenario(policy, terrain, seed, orders=orders)


def _lasting(case: Case) -> bool:
    """Whether nothing but cameras fails, and for ever; the healthy drive is compared with them."""
    return case.of_cameras and all(isinf(row.lasts_s) for row in case.parts)


def _worlds(case: Case) -> tuple[str, ...]:
    return ("rough", "flat") if _lasting(case) else ("rough",)


def _planned(policy: str, terrain: str, seed: int, seconds: float) -> list[Scenario]:
    """Every case as the suite plans it, at the speed of the seed."""
    orders = driving(policy, terrain, seed).orders
    planned = faults.scenarios(policy, [terrain], [seed], seconds)
    return [replace(scenario, orders=orders) for scenario in planned]


def scenarios(policy: str, seeds: Sequence[int], seconds: float) -> list[Scenario]:
    """Return all drives, seed by seed; faults that last for ever are watched for ``seconds``."""
    return [
        scenario
        for seed in seeds
        for terrain in ("rough", "flat")
        for scenario in _planned(policy, terrain, seed, seconds)
        if terrain in _worlds(CASES[scenario.case])
    ]


def short(policy: str, seed: int) -> list[Scenario]:
    """Return one drive of each kind of reaction, on rough ground.

    What streams do shows before their fault ends; how a policy comes back, after it.
    """
    cut, whole = (
        {scenario.case: scenario for scenario in _planned(policy, "rough", seed, seconds)}
        for seconds in (SHORT_DRIVE_S, 2.0 * SHORT_DRIVE_S)
    )
    return [
        (cut if case.parts or case.name == HEALTHY else whole)[case.name]
        for case in telling(SHORT_DRIVE_S)
    ]


def figures(episodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one entry per world and case."""
    worlds = dict.fromkeys(entry["terrain"] for entry in episodes)
    return [
        figure
        for world in worlds
        for figure in case_figures(world, [e for e in episodes if e["terrain"] == world])
    ]
