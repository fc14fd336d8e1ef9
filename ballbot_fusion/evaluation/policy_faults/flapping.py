"""Heard and not heard by turns, never for long enough to be trusted again."""

from collections.abc import Sequence

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.evaluation.policy_faults.fault import (
    MS,
    Answer,
    Ask,
    Effect,
    Means,
    PolicyFault,
)

HALF_MS = 200.0
"""Default size: how long it is silent each time, and then heard, ms."""


class _Flapping:
    def __init__(self, half_ns: int) -> None:
        self._half_ns = half_ns
        self._since_ns: int | None = None

    def __call__(self, ask: Ask, samples: Sequence[Sample], now_ns: int, active: bool) -> Answer:
        answer = ask(samples, now_ns)
        if not active:
            self._since_ns = None
            return answer
        if self._since_ns is None:
            self._since_ns = now_ns
        silent = (now_ns - self._since_ns) // self._half_ns % 2 == 0
        return answer._replace(command=None) if silent else answer


def make(fault: PolicyFault, _means: Means) -> Effect:
    """Drop answers for ``size`` ms, let them pass for as long, and so on.

    Raises:
        ValueError: no time at all.
    """
    half_ns = round(fault.sized(HALF_MS) * MS)
    if half_ns < 1:
        raise ValueError("Size of policy fault 'flapping' must be more than 0 ms.")
    return _Flapping(half_ns)
