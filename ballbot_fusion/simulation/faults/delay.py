"""Samples under way. A stream never overtakes itself, as on a wire or a reliable connection."""

from collections import deque
from collections.abc import Sequence

from ballbot_fusion.core.samples import Sample

MS = 1_000_000


class DelayLine:
    """Holds the samples of one stream back; what was delayed still arrives after the fault."""

    def __init__(self) -> None:
        """Begin with nothing under way."""
        self._under_way: deque[tuple[int, Sample]] = deque()

    def passed(
        self, samples: Sequence[Sample], delays_ns: Sequence[int], now_ns: int
    ) -> list[Sample]:
        """Send ``samples`` on, each with its delay; return what arrives at ``now_ns``."""
        for sample, delay_ns in zip(samples, delays_ns, strict=True):
            before_ns = self._under_way[-1][0] if self._under_way else now_ns
            self._under_way.append((max(now_ns + delay_ns, before_ns), sample))
        arrived = []
        while self._under_way and self._under_way[0][0] <= now_ns:
            arrived.append(self._under_way.popleft()[1])
        return arrived
