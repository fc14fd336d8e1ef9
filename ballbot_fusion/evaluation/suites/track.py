"""Track: velocity steps, circles, full speed ahead; and 0.5 m/s straight, to judge the estimate.

Steps last `--seconds`, the others 15 s at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any

from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.results import Row, at_least, at_most, by_case, share
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.evaluation.script import Order, ordered
from ballbot_fusion.evaluation.suites.drives import LIMITS, STEP_S, circle, steps
from ballbot_fusion.evaluation.tracking import LEFT_OUT_S, Tracking, rmse
from ballbot_fusion.simulation.simulation import GroundTruth

TERRAINS_BY_DEFAULT = ("flat", "rough")
"""Where it runs unless told otherwise."""
STEPS, CIRCLES, FORWARD = "steps", "circles", "forward"
NOISY, PERFECT = "noisy sensors", "perfect sensors"
ESTIMATE_GOALS = {NOISY: 0.06, PERFECT: 0.03}
"""Largest RMSE of the velocity estimate, m/s."""
TRACKING_GOALS = {"flat": 0.08, "rough": 0.15}
"""Largest RMSE after velocity steps, m/s; the band within which they count as settled."""
SETTLING_GOAL = 2.0
"""s."""
SPEED_GOALS = {"rough": 0.5}
"""Least speed at full command, m/s."""
SHORT_S = 15.0
STRAIGHT = (Order(0.0, (0.5, 0.0, 0.0)),)
AHEAD = (Order(0.0, (LIMITS.max_forward, 0.0, 0.0)),)


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per terrain, case and seed."""
    short = min(seconds, SHORT_S)
    found = []
    for terrain in terrains:
        for seed in seeds:
            base = Scenario(policy, terrain, seed, short)
            found += [
                replace(base, case=STEPS, seconds=seconds, orders=steps(seed, seconds)),
                replace(base, case=CIRCLES, orders=circle(seed)),
                replace(base, case=FORWARD, orders=AHEAD),
                replace(base, case=NOISY, orders=STRAIGHT),
                replace(base, case=PERFECT, orders=STRAIGHT, noise=False),
            ]
    return found


@dataclass
class _Watch:
    """Sums over the ticks of an episode."""

    scenario: Scenario
    tracking: Tracking
    estimate: list[float] = field(default_factory=list)
    """Squared errors of the velocity estimate, m^2/s^2."""
    forward: list[float] = field(default_factory=list)
    """Speed ahead of ticks after the start, m/s."""

    def add(self, tick: Tick, truth: GroundTruth, seconds: float) -> None:
        velocity, found = truth.heading_velocity, tick.estimate.velocity
        self.estimate.append((found[0] - velocity[0]) ** 2 + (found[1] - velocity[1]) ** 2)
        if seconds >= LEFT_OUT_S:
            self.forward.append(velocity[0])
        wanted = ordered(self.scenario.orders, seconds)
        self.tracking.add(wanted, velocity, truth.angular_velocity[2], seconds)


def _settling(tracking: Tracking) -> float:
    """Mean over the steps, s; one that never settled counts as the whole time until the next."""
    times = [STEP_S if time is None else time for time in tracking.settled_s]
    return sum(times) / len(times)


def run(scenario: Scenario) -> dict[str, Any]:
    """Run one; a success stays upright to the end with the policy driving all the time."""
    band = TRACKING_GOALS.get(scenario.terrain, TRACKING_GOALS["rough"])
    episode, watch = build(scenario), _Watch(scenario, Tracking(band))
    plant, log = episode.loop.plant, episode.loop.log

    def each(tick: Tick) -> None:
        if log.released_ns is not None:
            seconds = (plant.time_ns - log.released_ns) * 1e-9
            watch.add(tick, plant.simulation.ground_truth(), seconds)

    summary = episode.run(scenario.seconds, each)
    # Whoever fell does not move for the rest of the time.
    ticks = (scenario.seconds - LEFT_OUT_S) * 1000 / plant.steps
    return {
        "case": scenario.case,
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "success": not summary["fell"] and summary["policy_share"] == 1.0,
        "vel_rmse": sqrt(sum(watch.estimate) / max(len(watch.estimate), 1)),
        "tracking_rmse": rmse(watch.tracking.errors),
        "yaw_rate_rmse": rmse(watch.tracking.turn_errors),
        "settling_s": _settling(watch.tracking),
        "forward_speed": sum(watch.forward) / max(ticks, len(watch.forward), 1.0),
        **summary,
    }


def _tracked(name: str, case: str, terrain: str, episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """What a case is about."""

    def of(key: str) -> list[float]:
        return [entry[key] for entry in episodes if entry[key] is not None]

    if case == FORWARD:
        goal = SPEED_GOALS.get(terrain)
        return [at_least(name, "forward_speed", of("forward_speed"), goal)]
    found = []
    if case in ESTIMATE_GOALS:
        goal = ESTIMATE_GOALS[case]
        found.append(at_most(name, "vel_estimate_rmse", of("vel_rmse"), goal))
    goal = TRACKING_GOALS.get(terrain) if case == STEPS else None
    if of("tracking_rmse"):
        found.append(at_most(name, "vel_tracking_rmse", of("tracking_rmse"), goal))
    if case == STEPS:
        found.append(at_most(name, "settling_s", of("settling_s"), SETTLING_GOAL))
    if case == CIRCLES and of("yaw_rate_rmse"):
        found.append(at_most(name, "yaw_rate_rmse", of("yaw_rate_rmse"), None))
    return found


def driven(name: str, episodes: Sequence[dict[str, Any]], goal: float | None) -> list[Row]:
    """Survival, ``goal`` its least share, and error of the velocity, of another suite's case."""
    found = [share(name, "upright", [entry["success"] for entry in episodes], goal)]
    errors = [entry["tracking_rmse"] for entry in episodes if entry["tracking_rmse"] is not None]
    if errors:
        found.append(at_most(name, "vel_tracking_rmse", errors, None))
    return found


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """Errors, settling and survival by terrain and case; errors are those until a fall."""
    found = []
    for terrain, case, here in by_case(episodes):
        name = f"{terrain}, {case}"
        found += _tracked(name, case, terrain, here)
        found.append(share(name, "upright", [entry["success"] for entry in here], None))
    return found
