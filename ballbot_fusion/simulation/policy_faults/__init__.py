"""What may go wrong with the policy itself, between what it hears and what safety hears of it.

A new fault is a file here, a line in way.py and its words and rows in core/reactions/policy.py.
"""

from ballbot_fusion.simulation.policy_faults.fault import PolicyFault, PolicyPlan
from ballbot_fusion.simulation.policy_faults.line import PolicyLine
from ballbot_fusion.simulation.policy_faults.way import POLICY_FAULTS

__all__ = ["POLICY_FAULTS", "PolicyFault", "PolicyLine", "PolicyPlan"]
