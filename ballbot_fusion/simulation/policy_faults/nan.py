"""A torque that is no number, once, now and then, or always."""

from math import nan

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.simulation.policy_faults.fault import Effect, Means, PolicyFault, answered

SHARE = 1.0
"""Default size: share of the answers; 0 = the first one alone."""


class _Nan:
    def __init__(self, share: float, means: Means) -> None:
        self._share, self._rng, self._begun = share, means.rng, False

    def __call__(self, command: PolicyCommand, _now_ns: int) -> PolicyCommand:
        # The first one always, so that a fault that is switched on is one.
        hit = not self._begun or self._rng.random() < self._share
        self._begun = True
        if not hit:
            return command
        place = int(self._rng.integers(len(command.effort)))
        effort = (*command.effort[:place], nan, *command.effort[place + 1 :])
        return command._replace(effort=effort)


def make(fault: PolicyFault, means: Means) -> Effect:
    """Make one torque of so many answers NaN."""
    return answered(_Nan(fault.sized(SHARE), means))
