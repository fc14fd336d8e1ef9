"""The clock that a simulation keeps up with: a millisecond of it in every millisecond."""

import time

from ballbot_fusion.simulation.simulation import STEP_NS

MOST_BEHIND_NS = 20 * STEP_NS
"""Lost time beyond this is given up, and shows in the real-time factor."""


class Pace:
    """When the next step is due, and what the system's clock says at a simulated time.

    One for a world: of two, one would sleep off what the other has yet to make good, whose stamps
    would be late for ever.
    """

    def __init__(self) -> None:
        """Begin now."""
        self._due_ns = time.monotonic_ns()
        self._offset_ns = time.time_ns()
        self.passed_ns = 0
        """Simulated time since it began: that of the steps which were due."""

    def wait(self) -> None:
        """Sleep until the next step is due; give up time that cannot be made good."""
        now_ns = time.monotonic_ns()
        self._due_ns += STEP_NS
        self.passed_ns += STEP_NS
        if now_ns < self._due_ns:
            time.sleep((self._due_ns - now_ns) * 1e-9)
        elif now_ns - self._due_ns > MOST_BEHIND_NS:
            self._offset_ns += now_ns - self._due_ns
            self._due_ns = now_ns

    def stamp_ns(self, passed_ns: int) -> int:
        """What the system's clock said when that much had passed."""
        return passed_ns + self._offset_ns
