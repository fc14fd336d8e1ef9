"""The process is gone; another one takes its place when the fault is over, and begins anew."""

from collections.abc import Sequence

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.policy_faults.fault import Answer, Ask, Effect, Means, PolicyFault


class _Killed:
    def __init__(self, means: Means) -> None:
        self._means, self._gone = means, False

    def __call__(self, ask: Ask, samples: Sequence[Sample], now_ns: int, active: bool) -> Answer:
        if active:
            self._gone = True
            return Answer(None)
        if self._gone:
            self._gone = False
            self._means.respawn(now_ns)
        return ask(samples, now_ns)


def make(_fault: PolicyFault, means: Means) -> Effect:
    """Hear and say nothing; then a new process, without any memory. It has no size."""
    return _Killed(means)
