"""One leg of the soak by the clock: driven about on rough ground while faults come and go."""

import time
from typing import Any

from ballbot_fusion.evaluation.campaign.cases import speed_of
from ballbot_fusion.evaluation.campaign.live_words import switched
from ballbot_fusion.evaluation.soak.chance import faults_of, of_bridges
from ballbot_fusion.evaluation.soak.leg import SoakPlan
from ballbot_fusion.operation.soak.graph import SoakGraph

LAST_WORDS_S = 2.5
"""How long to listen after a leg: a bridge speaks once a second, of its cameras a little later."""


class _Leg:
    """What becomes of one."""

    def __init__(self, graph: SoakGraph, plan: SoakPlan, leg: int, before_s: float) -> None:
        self._graph, self._plan, self._before_s = graph, plan, before_s
        self._known = max(graph.faults, default=0)
        self._coming = switched(faults_of(plan.seed, leg, plan.leg_s, of_bridges()))
        self._look_s = plan.sample_s
        self.samples: list[dict[str, Any]] = []

    def drive(self, speed: float) -> float:
        """Drive it, to its end or a fall; return how long it took, s."""
        with self._graph.begin(speed):
            begin_s = time.monotonic()
            while (now_s := time.monotonic() - begin_s) < self._plan.leg_s and self._stands():
                self._step(now_s)
                self._graph.pass_time()
            self._listen()
        return now_s

    def _stands(self) -> bool:
        return not (self._graph.fell or self._graph.gone)

    def _step(self, now_s: float) -> None:
        if self._coming and now_s >= self._coming[0][0]:
            self._graph.switch(self._coming.pop(0)[1])
        if now_s >= self._look_s:
            self._look_s += self._plan.sample_s
            look = self._graph.look()
            if look["latency_ms"] is not None:
                self.samples.append({"at_s": self._before_s + now_s, **look})

    def _listen(self) -> None:
        end_s = time.monotonic() + LAST_WORDS_S
        while time.monotonic() < end_s:
            self._graph.pass_time()

    @property
    def spoilt(self) -> list[int]:
        """How many samples each fault spoilt that came to its end."""
        faults = self._graph.faults.values()
        return [f.spoilt for f in faults if f.number > self._known and f.state == "over"]


def drive_leg(graph: SoakGraph, plan: SoakPlan, leg: int, before_s: float) -> dict[str, Any]:
    """Drive one; return its samples and what became of it, as plain data.

    Args:
        graph: which was launched for the soak.
        plan: of the soak.
        leg: its number.
        before_s: for how long the graph was driven before, s.
    """
    driven = _Leg(graph, plan, leg, before_s)
    lasted_s = driven.drive(speed_of(plan.seed + leg))
    spoilt = driven.spoilt
    return {
        "leg": leg,
        "simulated_s": lasted_s,
        "samples": driven.samples,
        "faults": len(spoilt),
        "without_effect": spoilt.count(0),
        "fell": graph.fell,
        "gone": graph.gone,
        "bad_commands": graph.bad_commands,
        "real_time_factor": float(graph.bridge["real_time_factor"]),
        "latency_p99_ms": graph.bridge["latency_p99_ms"],
    }
