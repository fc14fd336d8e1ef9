"""An answer takes longer than a control period, and nothing is begun until it is there."""

from collections.abc import Callable, Sequence

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.policy_faults.fault import (
    MS,
    Answer,
    Ask,
    Effect,
    Means,
    PolicyFault,
)
from ballbot_fusion.simulation.policy_faults.hung import Queued

THINKS_MS = 40.0
"""Default size: how long an answer takes, ms."""


class _Slow:
    def __init__(self, thinks_ns: int) -> None:
        self._thinks_ns = thinks_ns
        self._queued = Queued()
        self._thought: PolicyCommand | None = None

    def __call__(self, ask: Ask, samples: Sequence[Sample], now_ns: int, active: bool) -> Answer:
        if not active:
            self._thought = None
            waiting = self._queued.take(now_ns)
            return ask([*waiting, *samples] if waiting else samples, now_ns)
        self._queued.add(samples)
        said = self._said(now_ns)
        if self._thought is not None:
            return Answer(said)
        answer = ask(self._queued.take(now_ns), now_ns)
        self._thought = answer.command
        return Answer(said, answer.tick)

    def _said(self, now_ns: int) -> PolicyCommand | None:
        """What comes out of its thoughts now."""
        thought = self._thought
        if thought is None or now_ns - thought.arrival_ns < self._thinks_ns:
            return None
        self._thought = None
        return PolicyCommand(thought.effort, now_ns, now_ns - thought.arrival_ns)


def _really(thinks_s: float, sleep: Callable[[float], None]) -> Effect:
    def passed(ask: Ask, samples: Sequence[Sample], now_ns: int, active: bool) -> Answer:
        answer = ask(samples, now_ns)
        if not active or answer.command is None:
            return answer
        sleep(thinks_s)
        return answer._replace(command=answer.command._replace())

    return passed


def make(fault: PolicyFault, means: Means) -> Effect:
    """Let every answer take ``size`` ms."""
    thinks_ms = fault.sized(THINKS_MS)
    if means.sleep is not None:
        return _really(thinks_ms * 1e-3, means.sleep)
    return _Slow(round(thinks_ms * MS))
