"""Whether a robot came to a stop after something happened, and stayed there."""

from dataclasses import dataclass
from math import hypot

from ballbot_fusion.simulation.simulation import GroundTruth

SLOW = 0.05
"""m/s."""
WITHIN_S = 2.0
"""How soon it must be slower than that."""
NOTICED_S = 0.2
"""How long it may take until anybody can know: 100 ms without a frame, 200 ms with the same."""
STAYS_M = 0.3
"""How far it may be, ever after, from where it first was that slow."""


@dataclass
class Stopping:
    """Watches for a stop after ``at_s`` [s after the stand let go]."""

    at_s: float
    speed_before: float = 0.0
    """When it happened, m/s."""
    _place: tuple[float, float] | None = None
    _strayed: bool = False

    def add(self, truth: GroundTruth, seconds: float) -> None:
        """Take in one tick."""
        speed = hypot(truth.velocity[0], truth.velocity[1])
        if seconds < self.at_s:
            self.speed_before = speed
            return
        x, y = truth.position[:2]
        if self._place is not None:
            away = hypot(x - self._place[0], y - self._place[1])
            self._strayed = self._strayed or away > STAYS_M
        elif speed < SLOW and seconds - self.at_s <= WITHIN_S + NOTICED_S:
            self._place = (x, y)

    @property
    def stopped(self) -> bool:
        """Whether it was slow in time and stayed."""
        return self._place is not None and not self._strayed
