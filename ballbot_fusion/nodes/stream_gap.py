"""How long a stream was silent, at most."""

from collections.abc import Iterable

from ballbot_fusion.core.samples import Sample


class StreamGap:
    """Longest time between two arrivals since the first."""

    def __init__(self) -> None:
        """Begin before the first sample."""
        self._last_ns: int | None = None
        self.largest_ns = 0

    def hear(self, samples: Iterable[Sample]) -> None:
        """Take in what arrived, in order."""
        for sample in samples:
            if self._last_ns is not None:
                self.largest_ns = max(self.largest_ns, sample.arrival_ns - self._last_ns)
            self._last_ns = sample.arrival_ns
