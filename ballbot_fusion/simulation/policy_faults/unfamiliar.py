"""Inference withholds its command, as it does in a state that the policy was not trained for."""

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.simulation.policy_faults.fault import Effect, Means, PolicyFault, answered


def _withheld(command: PolicyCommand, _now_ns: int) -> PolicyCommand:
    return command._replace(effort=())


def make(_fault: PolicyFault, _means: Means) -> Effect:
    """Send commands without torques. It has no size."""
    return answered(_withheld)
