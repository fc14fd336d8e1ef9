"""Full torque to and fro, one answer after the other: a gain that is too high for its delay."""

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.simulation.policy_faults.fault import Effect, Means, PolicyFault, answered


class _Alternating:
    def __init__(self, torque: float) -> None:
        self._torque = torque

    def __call__(self, command: PolicyCommand, _now_ns: int) -> PolicyCommand:
        self._torque = -self._torque
        return command._replace(effort=(self._torque,) * len(command.effort))


def make(_fault: PolicyFault, means: Means) -> Effect:
    """Ask for the largest torque of every wheel, each time the other way round. It has no size."""
    return answered(_Alternating(means.max_torque))
