"""One leg of the soak: a robot that is driven about while faults come and go."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.campaign.cases import driving
from ballbot_fusion.evaluation.drivers import Driver
from ballbot_fusion.evaluation.fault_watch import is_possible
from ballbot_fusion.evaluation.scenario import Episode, Scenario, build
from ballbot_fusion.evaluation.soak.chance import faults_of
from ballbot_fusion.evaluation.soak.plan import SoakPlan, Told
from ballbot_fusion.evaluation.soak.resources import resources

TERRAINS = ("rough", "flat")
"""In turn."""


@dataclass(frozen=True)
class SimulatedSoak(SoakPlan):
    """A soak without ROS: every leg is a new robot on new ground."""

    cameras: bool = True

    def scenario(self, leg: int) -> Scenario:
        """What happens in a leg."""
        seed = self.seed + leg
        base = driving(self.policy, TERRAINS[leg % len(TERRAINS)], seed)
        faults = faults_of(self.seed, leg, self.leg_s)
        return replace(
            base, seconds=self.leg_s, faults=faults, cameras=self.cameras, case=f"leg {leg}"
        )


class _Timed:
    """A driver that is timed, in processor time: another program's load is no latency of ours."""

    def __init__(self, inner: Driver) -> None:
        self._inner = inner
        self.spent_ns: list[int] = []

    def act(self, samples: Sequence[Sample], now_ns: int) -> tuple[Tick, tuple[float, ...]]:
        """Tick as the inner one does."""
        begin_ns = time.thread_time_ns()
        result = self._inner.act(samples, now_ns)
        self.spent_ns.append(time.thread_time_ns() - begin_ns)
        return result


class _Watch:
    """Looks at the process every so often."""

    def __init__(
        self, plan: SimulatedSoak, episode: Episode, limit: float, before_s: float, told: Told
    ) -> None:
        self._plan, self._episode, self._limit = plan, episode, limit
        self._before_s, self._told = before_s, told
        self._timed = episode.loop.driver = _Timed(episode.loop.driver)
        self._next_s = plan.sample_s
        self.samples: list[dict[str, Any]] = []
        self.bad_commands = 0

    def look(self, _: Tick) -> None:
        """Call with every tick."""
        self.bad_commands += not is_possible(self._episode.loop.effort, self._limit)
        seconds = self._episode.loop.plant.time_ns * 1e-9
        if seconds < self._next_s:
            return
        self._next_s += self._plan.sample_s
        tick_ms = median(self._timed.spent_ns) * 1e-6
        self._timed.spent_ns.clear()
        sample = {"at_s": self._before_s + seconds, "tick_ms": tick_ms, **asdict(resources())}
        self.samples.append(sample)
        self._told(seconds)


def drive_leg(plan: SimulatedSoak, leg: int, before_s: float, told: Told) -> dict[str, Any]:
    """Drive one; return its samples and what became of it, as plain data.

    Args:
        plan: of the soak.
        leg: its number.
        before_s: simulated seconds that this process has driven before.
        told: hears at every look how long this leg has lasted, simulated s.
    """
    scenario = plan.scenario(leg)
    episode = build(scenario)
    watch = _Watch(plan, episode, scenario.robot.wheels.max_torque, before_s, told)
    summary = episode.run(plan.leg_s, watch.look)
    lasted_s = summary["upright_s"]
    begun = [
        effect
        for fault, effect in zip(scenario.faults, episode.loop.plant.fault_effects, strict=True)
        if fault.stop_s <= lasted_s
    ]
    return {
        "leg": leg,
        "simulated_s": episode.loop.plant.time_ns * 1e-9,
        "samples": watch.samples,
        "faults": len(begun),
        "without_effect": sum(effect == 0 for effect in begun),
        "fell": summary["fell"],
        "bad_commands": watch.bad_commands,
        "policy_share": summary["policy_share"],
    }
