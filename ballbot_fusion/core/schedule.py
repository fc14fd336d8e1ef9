"""When to tick: with the IMU's samples, or by the clock when they stop coming."""

from dataclasses import dataclass


@dataclass
class TickSchedule:
    """Control instants on the IMU's time line, one period apart; skips, never bursts."""

    period_ns: int
    patience: float = 1.5
    """Periods without a control instant after which the clock takes over."""
    _next_stamp_ns: int | None = None
    _last_ns: int | None = None

    def due(self, newest_stamp_ns: int | None, now_ns: int) -> bool:
        """Say whether to tick now (steady time), given the newest IMU stamp; counts the tick."""
        if self._reached(newest_stamp_ns) or self._overdue(now_ns):
            self._advance(newest_stamp_ns)
            self._last_ns = now_ns
            return True
        return False

    def _reached(self, stamp_ns: int | None) -> bool:
        if stamp_ns is None:
            return False
        # Half a millisecond of jitter in the stamps must not cost a whole sample.
        return self._next_stamp_ns is None or stamp_ns >= self._next_stamp_ns - 500_000

    def _overdue(self, now_ns: int) -> bool:
        if self._last_ns is None:
            return True
        return now_ns - self._last_ns >= self.patience * self.period_ns

    def _advance(self, stamp_ns: int | None) -> None:
        if stamp_ns is None:
            return
        following = (self._next_stamp_ns or stamp_ns) + self.period_ns
        # After a gap, or a jump of the clock, the time line starts anew.
        if abs(following - stamp_ns - self.period_ns) > self.period_ns:
            following = stamp_ns + self.period_ns
        self._next_stamp_ns = following

    def next_ns(self, now_ns: int) -> int:
        """Steady time at which the next tick is expected, for sleeping until shortly before it."""
        return now_ns if self._last_ns is None else self._last_ns + self.period_ns

    def deadline_ns(self, now_ns: int) -> int:
        """Steady time at which the clock takes over."""
        if self._last_ns is None:
            return now_ns
        return self._last_ns + round(self.patience * self.period_ns)
