"""What a motor driver does when nobody commands it any more: the torques go to zero."""

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.rotation import Vector


class MotorWatchdog:
    """Lets a command through for so long; knows how often, and how late, it zeroed the motors."""

    def __init__(self, limit_s: float) -> None:
        """Zero the motors once no command came for ``limit_s``."""
        self._limit_ns = round(limit_s * 1e9)
        self._commanded_ns = 0
        self.zeroed = 0
        """How often torques that were not zero were."""
        self.longest_ms = 0.0
        """Longest time from the last command until they were, ms."""

    def commanded(self, now_ns: int) -> None:
        """A command that can be followed came."""
        self._commanded_ns = now_ns

    def passed(self, effort: Vector, now_ns: int) -> Vector:
        """Return what of ``effort`` [N m] the motors may go on with."""
        silent_ns = now_ns - self._commanded_ns
        if silent_ns <= self._limit_ns:
            return effort
        if any(effort):
            self.zeroed += 1
            self.longest_ms = max(self.longest_ms, silent_ns * 1e-6)
        return ZERO
