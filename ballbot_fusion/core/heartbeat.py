"""A heartbeat: something that must be heard again and again, and counts when it is not."""

from typing import NamedTuple


class Heartbeat(NamedTuple):
    """What is remembered of one. Times are steady nanoseconds; None: never heard."""

    since_ns: int | None = None
    """Since when it has come without a gap."""
    heard_ns: int | None = None
    """When it came last."""

    def beaten(self, now_ns: int, limit_s: float) -> "Heartbeat":
        """Take in a beat at ``now_ns``; gaps of ``limit_s`` or more begin it anew."""
        age_s = self._age_s(now_ns)
        if age_s is None or age_s >= limit_s:
            return Heartbeat(now_ns, now_ns)
        return self._replace(heard_ns=now_ns)

    def missing(self, now_ns: int, limit_s: float) -> str:
        """Say why it does not count as beating at ``now_ns``; empty when it does.

        One message is no heartbeat: a publisher that hangs leaves its last word to whoever joins
        late. So it must have come for ``limit_s`` without a gap first.
        """
        age_s = self._age_s(now_ns)
        if age_s is None or self.heard_ns is None or self.since_ns is None:
            return "no heartbeat was heard yet"
        if age_s >= limit_s:
            return f"no heartbeat for {limit_s:g} s"
        if self.heard_ns - self.since_ns < limit_s * 1e9:
            return f"the heartbeat began just now, it must have come for {limit_s:g} s"
        return ""

    def _age_s(self, now_ns: int) -> float | None:
        """Seconds since it came last; None when it never did, or steady time went back since."""
        if self.heard_ns is None or now_ns < self.heard_ns:
            return None
        return (now_ns - self.heard_ns) * 1e-9
