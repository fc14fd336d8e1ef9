"""Now and then the torques are somewhere else altogether: weights that a bit has flipped in."""

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.simulation.policy_faults.fault import (
    MS,
    Effect,
    Means,
    PolicyFault,
    answered,
)

EVERY_MS = 20.0
"""Default size: from one such moment to the next, ms."""


JITTER_NS = MS
"""Real ticks are never quite on time: one that comes a little early must not wait for the next."""


class _Jumping:
    def __init__(self, every_ns: int, torque: float) -> None:
        self._every_ns, self._torque = every_ns, torque
        self._begun_ns: int | None = None
        self._returns = False

    def __call__(self, command: PolicyCommand, now_ns: int) -> PolicyCommand:
        if self._returns:
            self._returns = False
            return self._first_wheel(command, -self._torque)
        if self._begun_ns is None or now_ns - self._begun_ns >= self._every_ns - JITTER_NS:
            self._begun_ns, self._returns = now_ns, True
            return self._first_wheel(command, self._torque)
        return command

    @staticmethod
    def _first_wheel(command: PolicyCommand, torque: float) -> PolicyCommand:
        return command._replace(effort=(torque, *command.effort[1:]))


def make(fault: PolicyFault, means: Means) -> Effect:
    """Send the first wheel to one limit and with the next answer to the other, every ``size`` ms.

    From rest to a limit is no jump: a policy may mean that.
    """
    return answered(_Jumping(round(fault.sized(EVERY_MS) * MS), means.max_torque))
