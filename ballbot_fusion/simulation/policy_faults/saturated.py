"""All that the motors have, in one direction: an output that ran into its limit and stays."""

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.simulation.policy_faults.fault import Effect, Means, PolicyFault, answered


def make(_fault: PolicyFault, means: Means) -> Effect:
    """Ask for the largest torque of every wheel, the way it turned first. It has no size.

    It withholds what it withheld before: states are unfamiliar whatever the output says.
    """
    pushed: list[tuple[float, ...]] = []

    def change(command: PolicyCommand, _now_ns: int) -> PolicyCommand:
        if not pushed:
            torque = means.max_torque
            pushed.append(tuple(torque if value >= 0.0 else -torque for value in command.effort))
        return command._replace(effort=pushed[0])

    return answered(change)
