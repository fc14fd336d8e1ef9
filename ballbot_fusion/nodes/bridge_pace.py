"""The clock that a simulation keeps up with: a millisecond of it in every millisecond."""

import time

from ballbot_fusion.simulation.simulation import STEP_NS

MOST_BEHIND_NS = 20 * STEP_NS
"""Lost time beyond this is given up, and shows in the real-time factor."""


class Pace:
    """When the next step is due, and what the system's clock says at a simulated time."""

    def __init__(self) -> None:
        """Begin at simulated time 0, now."""
        self._due_ns = time.monotonic_ns()
        self._offset_ns = time.time_ns()

    def wait(self) -> None:
        """Sleep until the next step is due; give up time that cannot be made good."""
        now_ns = time.monotonic_ns()
        self._due_ns += STEP_NS
        if now_ns < self._due_ns:
            time.sleep((self._due_ns - now_ns) * 1e-9)
        elif now_ns - self._due_ns > MOST_BEHIND_NS:
            self._offset_ns += now_ns - self._due_ns
            self._due_ns = now_ns

    def simulated_anew(self, simulated_ns: int) -> None:
        """Simulated time, which was ``simulated_ns``, is 0 again; the system's clock goes on."""
        self._offset_ns += simulated_ns

    def stamp_ns(self, simulated_ns: int) -> int:
        """What the system's clock said then."""
        return simulated_ns + self._offset_ns
