"""Push: the largest push survived, 0.1 s at the centre of mass, against that of the LQR.

Found by bisection for each direction and seed, for the policy and for the LQR; `--seconds` has no
effect: an episode of the bisection ends 3 s after the push.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import cos, pi, sin
from typing import Any

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.evaluation.results import Row, at_least, ratio
from ballbot_fusion.evaluation.scenario import LQR, Scenario, build
from ballbot_fusion.evaluation.script import Push
from ballbot_fusion.simulation.sensors.noise import stream

TERRAINS_BY_DEFAULT = ("flat",)
"""Where it runs unless told otherwise."""
DIRECTIONS = 4
"""Evenly around, the first drawn from the seed."""
GOAL = 0.9
"""Least share of the LQR's push."""
AT_S, AFTER_S = 1.5, 3.0
"""When the push begins, s after the stand let go, and how long to watch from then on."""
FIRST_N, LARGEST_N, GRAIN_N = 160.0, 640.0, 5.0
"""Where the search begins, where it gives up, and when it is close enough."""
_PURPOSE = 105  # of a random stream, beside the numbers of the sensors


def _directions(seed: int) -> list[Vector]:
    """Unit vectors in the plane."""
    first = float(stream(seed, _PURPOSE).uniform(0.0, 2.0 * pi))
    angles = [first + 2.0 * pi * number / DIRECTIONS for number in range(DIRECTIONS)]
    return [(cos(angle), sin(angle), 0.0) for angle in angles]


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per terrain, seed and direction, with a push of 1 N; the LQR has the same."""
    del seconds
    return [
        Scenario(
            who, terrain, seed, AT_S + AFTER_S, pushes=(Push(AT_S, direction),), cameras=who != LQR
        )
        for who in dict.fromkeys((policy, LQR))
        for terrain in terrains
        for seed in seeds
        for direction in _directions(seed)
    ]


def _survives(scenario: Scenario, newtons: float) -> bool:
    """Whether the robot stays upright under the scenario's pushes, so many times as strong."""
    pushes = tuple(
        replace(push, force=(push.force[0] * newtons, push.force[1] * newtons, 0.0))
        for push in scenario.pushes
    )
    summary = build(replace(scenario, pushes=pushes)).run(scenario.seconds)
    return not summary["fell"] and summary["policy_share"] == 1.0


def largest_survived(scenario: Scenario) -> float:
    """Largest force survived, N, to ``GRAIN_N``; 0 when it falls by itself."""
    low, high = 0.0, FIRST_N
    while high < LARGEST_N and _survives(scenario, high):
        low, high = high, 2.0 * high
    while high - low > GRAIN_N:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _survives(scenario, middle) else (low, middle)
    return low


def run(scenario: Scenario) -> dict[str, Any]:
    """Search; a success survives any push at all."""
    found = largest_survived(scenario)
    return {
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "controller": LQR if scenario.policy == LQR else "policy",
        "direction": scenario.pushes[0].force[:2],
        "success": found > 0.0,
        "largest_push_N": found,
    }


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """Largest pushes by terrain, and their ratio; an LQR that is judged itself has none."""
    found = []
    for terrain in dict.fromkeys(episode["terrain"] for episode in episodes):
        here = [episode for episode in episodes if episode["terrain"] == terrain]
        own, classical = (
            [e["largest_push_N"] for e in here if e["controller"] == who] for who in ("policy", LQR)
        )
        if not own:
            found.append(at_least(terrain, "largest_push_N", classical, None))
            continue
        found.append(at_least(terrain, "largest_push_N", own, None))
        found.append(at_least(terrain, "largest_push_N_lqr", classical, None))
        found.append(ratio(terrain, "push_over_lqr", own, classical, GOAL))
    return found
