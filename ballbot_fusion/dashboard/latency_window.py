"""The distribution of the last seconds' sensor-to-command latencies."""

from collections import deque
from collections.abc import Sequence

BIN_MS = 0.25
BINS = 40
"""Up to 10 ms; longer ones count in the last bin."""
WINDOW_S = 10.0
LONGEST_MS = 1000.0
"""Stamps further from the clock are of another time, and tell no latency."""


class LatencyWindow:
    """Latencies by arrival, of the last ``WINDOW_S``."""

    def __init__(self) -> None:
        """Begin with none."""
        self._entries: deque[tuple[float, float]] = deque()
        self._counts = [0] * BINS

    def add(self, latencies_ms: Sequence[float], now_s: float) -> None:
        """Count these; what no clock can have measured is left out."""
        for latency in latencies_ms:
            if 0.0 <= latency < LONGEST_MS:
                self._entries.append((now_s, latency))
                self._counts[_bin(latency)] += 1

    def counts(self, now_s: float) -> list[int]:
        """How many by bin."""
        while self._entries and self._entries[0][0] < now_s - WINDOW_S:
            self._counts[_bin(self._entries.popleft()[1])] -= 1
        return list(self._counts)

    def percentile_ms(self, share: float, now_s: float) -> float | None:
        """The latency that ``share`` of them do not exceed, to a bin; None without any."""
        counts = self.counts(now_s)
        total, below = sum(counts), 0
        for place, count in enumerate(counts):
            below += count
            if total and below >= share * total:
                return (place + 1) * BIN_MS
        return None


def _bin(latency_ms: float) -> int:
    return min(int(latency_ms / BIN_MS), BINS - 1)
