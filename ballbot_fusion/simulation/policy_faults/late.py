"""Every answer is under way for longer; its stamp says how old the sample is that it answers to."""

from collections import deque
from collections.abc import Sequence

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

EXTRA_MS = 60.0
"""Default size: extra latency, ms."""


class _Late:
    def __init__(self, extra_ns: int) -> None:
        self._extra_ns = extra_ns
        self._under_way: deque[PolicyCommand] = deque()

    def __call__(self, ask: Ask, samples: Sequence[Sample], now_ns: int, active: bool) -> Answer:
        answer = ask(samples, now_ns)
        if not active:
            # Only the newest counts (nodes/qos.py), and that one is on time.
            self._under_way.clear()
            return answer
        if answer.command is not None:
            self._under_way.append(answer.command)
        arrived = None
        while self._under_way and now_ns - self._under_way[0].arrival_ns >= self._extra_ns:
            sent = self._under_way.popleft()
            arrived = PolicyCommand(sent.effort, now_ns, now_ns - sent.arrival_ns)
        return answer._replace(command=arrived)


def make(fault: PolicyFault, _means: Means) -> Effect:
    """Add ``size`` ms of latency."""
    return _Late(round(fault.sized(EXTRA_MS) * MS))
