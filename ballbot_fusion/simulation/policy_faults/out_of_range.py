"""Torques that no motor has: a scale that is wrong, or another unit."""

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.simulation.policy_faults.fault import Effect, Means, PolicyFault, answered

TIMES = 2.0
"""Default size: the first torque over the largest that the motor has."""


def make(fault: PolicyFault, means: Means) -> Effect:
    """Ask for ``size`` times the largest torque of the first wheel.

    Raises:
        ValueError: a motor has that.
    """
    times = fault.sized(TIMES)
    if times <= 1.0:
        raise ValueError(f"Size {times:g} of policy fault 'out_of_range' must be more than 1.")

    def change(command: PolicyCommand, _now_ns: int) -> PolicyCommand:
        return command._replace(effort=(times * means.max_torque, *command.effort[1:]))

    return answered(change)
