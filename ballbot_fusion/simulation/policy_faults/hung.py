"""The process stands still (SIGSTOP, a page that comes from a slow disk), then goes on.

What it finds then are the queues of its subscriptions: the newest messages, all at once.
"""

from collections import deque
from collections.abc import Sequence

from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.simulation.policy_faults.fault import Answer, Ask, Effect, Means, PolicyFault

QUEUES = {Source.IMU: 100, Source.ENCODERS: 100, Source.CAMERA_0: 4, Source.CAMERA_1: 4}
"""How many messages wait at most (nodes/qos.py); of any other stream, one."""


class Queued:
    """What waits for a process that does not look."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._waiting: dict[Source, deque[Sample]] = {}

    def add(self, samples: Sequence[Sample]) -> None:
        """Let more arrive; the oldest make room."""
        for sample in samples:
            queue = self._waiting.setdefault(
                sample.source, deque(maxlen=QUEUES.get(sample.source, 1))
            )
            queue.append(sample)

    def take(self, now_ns: int) -> list[Sample]:
        """Return all of it as the process finds it now, by stream."""
        found = [sample.arrived(now_ns) for queue in self._waiting.values() for sample in queue]
        self._waiting.clear()
        return found


class _Hung:
    def __init__(self) -> None:
        self._queued = Queued()

    def __call__(self, ask: Ask, samples: Sequence[Sample], now_ns: int, active: bool) -> Answer:
        if active:
            self._queued.add(samples)
            return Answer(None)
        waiting = self._queued.take(now_ns)
        return ask([*waiting, *samples] if waiting else samples, now_ns)


def make(_fault: PolicyFault, _means: Means) -> Effect:
    """Think of nothing, say nothing, and then go on with what waits. It has no size."""
    return _Hung()
