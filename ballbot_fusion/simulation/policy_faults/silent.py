"""The process goes on thinking and is not heard: its command topic has lost its way."""

from collections.abc import Sequence

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.policy_faults.fault import Answer, Ask, Effect, Means, PolicyFault


def _passed(ask: Ask, samples: Sequence[Sample], now_ns: int, active: bool) -> Answer:
    answer = ask(samples, now_ns)
    return answer._replace(command=None) if active else answer


def make(_fault: PolicyFault, _means: Means) -> Effect:
    """Drop every answer. It has no size."""
    return _passed
