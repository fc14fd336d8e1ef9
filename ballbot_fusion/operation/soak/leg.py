"""One leg of the soak by the clock: driven about on rough ground while faults come and go."""

import time
from typing import Any

from ballbot_fusion.evaluation.campaign.cases import speed_of
from ballbot_fusion.evaluation.campaign.live_words import switched
from ballbot_fusion.evaluation.soak.chance import faults_of, survivable_on_bridge
from ballbot_fusion.evaluation.soak.plan import SoakPlan, Told
from ballbot_fusion.operation.soak.graph import SoakGraph
from ballbot_fusion.operation.steered import Steered

LAST_WORDS_S = 2.5
"""How long to listen after a leg: a bridge speaks once a second, of its cameras a little later."""


class Leg:
    """What becomes of one."""

    def __init__(
        self, graph: SoakGraph, plan: SoakPlan, leg: int, before_s: float, told: Told
    ) -> None:
        """Plan it: see ``drive_leg``."""
        self._graph, self._plan, self._before_s, self._told = graph, plan, before_s, told
        self._known = max(graph.faults, default=0)
        self._coming = switched(faults_of(plan.seed, leg, plan.leg_s, survivable_on_bridge()))
        self._look_s = plan.sample_s
        self.samples: list[dict[str, Any]] = []
        self.policy_share = 0.0

    def drive(self, speed: float) -> str:
        """Drive it at ``speed``, m/s, to its end or a fall.

        Returns:
            What broke, in words: that is the end of it. Nothing where nothing did.
        """
        try:
            with self._graph.steered(speed) as operator:
                armed, by_policy = self._graph.steps
                self._pass(operator)
                now_armed, now_by_policy = self._graph.steps
                self.policy_share = (now_by_policy - by_policy) / max(now_armed - armed, 1)
        # Whoever is gone, or hangs, does not answer, and has no files in /proc.
        except (RuntimeError, ValueError, OSError) as error:
            return str(error)
        return ""

    def _pass(self, operator: Steered) -> None:
        begin_s = time.monotonic()
        while (now_s := time.monotonic() - begin_s) < self._plan.leg_s and not self._graph.fell:
            self._graph.check()
            if operator.ended:
                raise RuntimeError("whoever steered ended")
            self._step(now_s)
            self._graph.pass_time()
        self._graph.switch("")
        end_s = time.monotonic() + LAST_WORDS_S
        while time.monotonic() < end_s:
            self._graph.pass_time()
        if not self._graph.fell:
            self._graph.await_recovery()

    def _step(self, now_s: float) -> None:
        if self._coming and now_s >= self._coming[0][0]:
            self._graph.switch(self._coming.pop(0)[1])
        if now_s >= self._look_s:
            self._look_s += self._plan.sample_s
            self.samples.append({"at_s": self._before_s + now_s, **self._graph.look()})
            self._told(now_s)

    @property
    def spoilt(self) -> list[int]:
        """How many samples each fault spoilt that came to its end."""
        faults = self._graph.faults.values()
        return [f.spoilt for f in faults if f.number > self._known and f.state == "over"]


def drive_leg(
    graph: SoakGraph, plan: SoakPlan, leg: int, before_s: float, told: Told
) -> dict[str, Any]:
    """Drive one; return its samples and what became of it, as plain data.

    Args:
        graph: which was launched for the soak.
        plan: of the soak.
        leg: its number.
        before_s: for how long the graph was driven before, s.
        told: hears at every look how long this leg has lasted, s.
    """
    driven = Leg(graph, plan, leg, before_s, told)
    broke = driven.drive(speed_of(plan.seed + leg))
    spoilt, bridge = driven.spoilt, graph.bridge
    return {
        "leg": leg,
        "simulated_s": float(bridge.get("upright_s", 0.0)),
        "samples": driven.samples,
        "faults": len(spoilt),
        "without_effect": spoilt.count(0),
        "fell": graph.fell,
        "broke": broke,
        "bad_commands": graph.bad_commands,
        "policy_share": driven.policy_share,
        "real_time_factor": float(bridge.get("real_time_factor", 0.0)),
    }
