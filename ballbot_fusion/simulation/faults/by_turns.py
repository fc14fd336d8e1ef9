"""Off for a while, on for as long, and so on: of streams and of the policy alike."""


class ByTurns:
    """Tells whether it is off, in turns that begin with a fault."""

    def __init__(self, half_ns: int, fault: str) -> None:
        """Off for ``half_ns`` first, then on; ``fault`` is named when that is no time at all.

        Raises:
            ValueError: no time at all.
        """
        if half_ns < 1:
            raise ValueError(f"Size of {fault} must be more than 0 ms.")
        self._half_ns = half_ns
        self._since_ns: int | None = None

    def off(self, now_ns: int, active: bool) -> bool:
        """Whether it is off at ``now_ns``; never while the fault is not ``active``."""
        if not active:
            self._since_ns = None
            return False
        if self._since_ns is None:
            self._since_ns = now_ns
        return (now_ns - self._since_ns) // self._half_ns % 2 == 0
