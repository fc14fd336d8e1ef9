"""Waiting for a control instant: asleep until shortly before, then on the sample that marks it."""

import time

from ballbot_fusion.core.schedule import TickSchedule
from ballbot_fusion.nodes.intake import Wait

WAKE_EARLY_NS = 1_200_000
"""Time before the instant from which on the sample is waited for."""


def await_instant(schedule: TickSchedule, wait: Wait) -> None:
    """Return when ``wait`` has heard something, or when the sample is overdue."""
    now_ns = time.monotonic_ns()
    early_ns = schedule.next_ns(now_ns) - WAKE_EARLY_NS
    if early_ns > now_ns:
        time.sleep((early_ns - now_ns) * 1e-9)
        now_ns = time.monotonic_ns()
    wait(max(schedule.deadline_ns(now_ns) - now_ns, 0) * 1e-9)
