"""Track: drive straight at 0.5 m/s; how well is the velocity estimated, and how well followed?"""

from collections.abc import Sequence
from dataclasses import replace
from math import hypot, sqrt
from typing import Any

from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.results import Row, at_most, share
from ballbot_fusion.evaluation.scenario import Scenario, build

SPEED = 0.5
"""m/s."""
SETTLED_S = 3.0
"""The velocity counts as followed from here on, s after release."""
GOALS = {True: 0.06, False: 0.03}
"""Largest RMSE of the estimate by whether sensors are noisy, m/s."""
TERRAINS_BY_DEFAULT = ("flat", "rough")
"""Where it runs unless told otherwise."""


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per terrain, noise and seed."""
    base = Scenario(policy, seconds=min(seconds, 15.0), velocity=(SPEED, 0.0, 0.0))
    return [
        replace(base, terrain=terrain, seed=seed, noise=noise)
        for terrain in terrains
        for noise in (True, False)
        for seed in seeds
    ]


class _Errors:
    """Squared errors of estimate and tracking, summed over an episode."""

    def __init__(self) -> None:
        self.estimate = self.tracking = 0.0
        self.ticks = self.settled = 0

    def add(self, tick: Tick, true: Sequence[float], seconds: float) -> None:
        velocity = tick.estimate.velocity
        self.estimate += (velocity[0] - true[0]) ** 2 + (velocity[1] - true[1]) ** 2
        self.ticks += 1
        if seconds >= SETTLED_S:
            self.tracking += hypot(true[0] - SPEED, true[1]) ** 2
            self.settled += 1


def run(scenario: Scenario) -> dict[str, Any]:
    """Run one; errors count from release on."""
    episode, errors = build(scenario), _Errors()
    plant, log = episode.loop.plant, episode.loop.log

    def each(tick: Tick) -> None:
        if log.released_ns is not None:
            seconds = (plant.time_ns - log.released_ns) * 1e-9
            errors.add(tick, plant.simulation.ground_truth().heading_velocity, seconds)

    summary = episode.run(scenario.seconds, each)
    return {
        "terrain": scenario.terrain,
        "noise": scenario.noise,
        "seed": scenario.seed,
        "success": not summary["fell"] and summary["policy_share"] == 1.0,
        "vel_rmse": sqrt(errors.estimate / max(errors.ticks, 1)),
        "tracking_rmse": sqrt(errors.tracking / max(errors.settled, 1)),
        **summary,
    }


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """Errors and survival by terrain and noise."""
    found = []
    for terrain, noise in dict.fromkeys((entry["terrain"], entry["noise"]) for entry in episodes):
        here = [e for e in episodes if (e["terrain"], e["noise"]) == (terrain, noise)]
        case = f"{terrain}, {'noisy' if noise else 'perfect'} sensors"
        estimates = [entry["vel_rmse"] for entry in here]
        found.append(at_most(case, "vel_estimate_rmse", estimates, GOALS[noise]))
        tracking = [entry["tracking_rmse"] for entry in here]
        found.append(at_most(case, "vel_tracking_rmse", tracking, None))
        found.append(share(case, "upright", [entry["success"] for entry in here], None))
    return found
