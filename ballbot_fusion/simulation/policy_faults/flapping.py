"""Heard and not heard by turns, never for long enough to be trusted again."""

from collections.abc import Sequence

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.by_turns import ByTurns
from ballbot_fusion.simulation.policy_faults.fault import (
    MS,
    Answer,
    Ask,
    Effect,
    Means,
    PolicyFault,
)

HALF_MS = 200.0
"""Default size: how long it is silent each time, and then heard, ms."""


def make(fault: PolicyFault, _means: Means) -> Effect:
    """Drop answers for ``size`` ms, let them pass for as long, and so on.

    Raises:
        ValueError: no time at all.
    """
    turns = ByTurns(round(fault.sized(HALF_MS) * MS), "policy fault 'flapping'")

    def passed(ask: Ask, samples: Sequence[Sample], now_ns: int, active: bool) -> Answer:
        answer = ask(samples, now_ns)
        return answer._replace(command=None) if turns.off(now_ns, active) else answer

    return passed
