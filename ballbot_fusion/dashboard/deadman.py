"""Driving by somebody whose finger, browser or network may go at any moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.operation.steering import PERIOD_S, STILL

HELD_S = 0.3
"""A page repeats itself ten times a second while the stick is held; silence this long lets go."""
CLOSING = 3
"""Zeros sent after letting go, so that one lost message does not matter."""


@dataclass
class Deadman:
    """What to send on cmd_vel: the stick's share of the speeds while held, then zeros.

    And then nothing, because another operator may drive when this one does not.
    """

    speeds: Vector
    """Forward, sideways [m/s] and turning [rad/s] speed of a stick at its end."""
    _wanted: Vector = STILL
    _holder: str = ""
    _heard_s: float = field(default=float("-inf"))
    _zeros: int = 0
    _due_s: float = field(default=float("-inf"))

    def hold(self, holder: str, share: Sequence[float], now_s: float) -> bool:
        """Somebody holds the stick at ``share`` (forward, left, turning left; each -1 to 1).

        Whoever holds it first keeps it until they let go; others are refused (False).
        """
        if self.holder(now_s) not in ("", holder) or not all(map(isfinite, share)):
            return False
        x, y, z = (
            min(max(value, -1.0), 1.0) * speed
            for value, speed in zip(share, self.speeds, strict=True)
        )
        self._wanted, self._holder, self._heard_s = (x, y, z), holder, now_s
        self._zeros = CLOSING
        return True

    def release(self, holder: str) -> None:
        """Let go, if it is ``holder`` who holds."""
        if holder == self._holder:
            self.stop()

    def stop(self) -> None:
        """Let go, whoever holds."""
        self._wanted, self._holder, self._heard_s = STILL, "", float("-inf")

    def holder(self, now_s: float) -> str:
        """Who holds the stick; empty: nobody."""
        return self._holder if now_s - self._heard_s <= HELD_S else ""

    def due(self, now_s: float) -> Vector | None:
        """Return what to send now; None: nothing. Called more often than every ``PERIOD_S``."""
        if now_s < self._due_s:
            return None
        if self.holder(now_s):
            self._due_s = now_s + PERIOD_S * 0.9
            return self._wanted
        if self._zeros:
            self._zeros -= 1
            self._due_s = now_s + PERIOD_S * 0.9
            return STILL
        return None
