"""What may go wrong with the policy itself, between what it hears and what safety hears of it.

A new fault is a file here, a line in line.py and its words and rows in core/reactions/policy.py.
"""

from ballbot_fusion.evaluation.policy_faults.fault import PolicyFault, PolicyPlan
from ballbot_fusion.evaluation.policy_faults.line import POLICY_FAULTS, PolicyLine

__all__ = ["POLICY_FAULTS", "PolicyFault", "PolicyLine", "PolicyPlan"]
