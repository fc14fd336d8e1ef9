"""Sensor-to-command latency, measured where both ends are: at the driver."""

from collections import deque

import numpy as np

BIN_NS = 10_000
"""Latencies are counted in bins of 10 us: asking for a percentile costs the same all day."""
BINS = 10_000
"""Up to 100 ms; longer ones count as that."""
SENT = 2000
"""IMU samples remembered: two seconds at 1 kHz."""


class LatencyMeter:
    """From the publication of an IMU sample to the arrival of the command that was made of it."""

    def __init__(self) -> None:
        """Begin with nothing measured."""
        self._published: dict[int, int] = {}
        self._order: deque[int] = deque()
        self._counts = [0] * BINS

    def published(self, stamp_ns: int, now_ns: int) -> None:
        """An IMU sample with this stamp went out now (steady); again, where a fault repeats it."""
        if stamp_ns in self._published:
            return
        self._published[stamp_ns] = now_ns
        self._order.append(stamp_ns)
        if len(self._order) > SENT:
            del self._published[self._order.popleft()]

    def arrived(self, stamp_ns: int, now_ns: int) -> None:
        """A command that carries this stamp came in now (steady)."""
        sent_ns = self._published.get(stamp_ns)
        if sent_ns is not None:
            self._counts[min(max(now_ns - sent_ns, 0) // BIN_NS, BINS - 1)] += 1

    def clear(self) -> None:
        """Forget the latencies so far."""
        self._counts = [0] * BINS

    def percentiles_ms(self) -> tuple[float, float] | None:
        """p50 and p99 in ms, to 10 us; None before the first command."""
        below = np.cumsum(self._counts)
        if not below[-1]:
            return None
        p50, p99 = (np.searchsorted(below, share * below[-1]) + 0.5 for share in (0.50, 0.99))
        return float(p50 * BIN_NS * 1e-6), float(p99 * BIN_NS * 1e-6)
