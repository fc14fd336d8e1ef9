"""Sensor-to-command latency, measured where both ends are: at the driver."""

from collections import deque

import numpy as np

WINDOW = 120_000
"""Latencies kept: ten minutes at 200 Hz."""
SENT = 2000
"""IMU samples remembered: two seconds at 1 kHz."""


class LatencyMeter:
    """From the publication of an IMU sample to the arrival of the command that was made of it."""

    def __init__(self) -> None:
        """Begin with nothing measured."""
        self._published: dict[int, int] = {}
        self._order: deque[int] = deque()
        self._latencies: deque[int] = deque(maxlen=WINDOW)

    def published(self, stamp_ns: int, now_ns: int) -> None:
        """An IMU sample with this stamp went out now (steady)."""
        self._published[stamp_ns] = now_ns
        self._order.append(stamp_ns)
        if len(self._order) > SENT:
            del self._published[self._order.popleft()]

    def arrived(self, stamp_ns: int, now_ns: int) -> None:
        """A command that carries this stamp came in now (steady)."""
        sent_ns = self._published.get(stamp_ns)
        if sent_ns is not None:
            self._latencies.append(now_ns - sent_ns)

    def clear(self) -> None:
        """Forget the latencies so far."""
        self._latencies.clear()

    def percentiles_ms(self) -> tuple[float, float] | None:
        """p50 and p99 in ms; None before the first command."""
        if not self._latencies:
            return None
        p50, p99 = np.percentile(np.array(self._latencies), (50, 99)) * 1e-6
        return float(p50), float(p99)
