"""What the policy answers is spoilt, by a parameter of the process that it runs in.

A process that is killed or hangs is one of upset_processes.py.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ballbot_fusion.core.reactions.computer import ComputerReaction
from ballbot_fusion.core.reactions.policy import POLICY_REACTIONS, WITHIN_S, PolicyReaction
from ballbot_fusion.core.reactions.reaction import Does
from ballbot_fusion.evaluation.campaign.live_words import in_words
from ballbot_fusion.evaluation.suites.fault_cases import policy_fault_of
from ballbot_fusion.operation.campaign.around import Around
from ballbot_fusion.operation.campaign.live import Live
from ballbot_fusion.operation.campaign.upset import Upset

AFTER_S = 1.0
"""When it fails, after it was told to, s: being told may keep a policy from one tick, or two."""
PROCESS = frozenset({"killed", "hung"})
"""Kinds that happen to a process, not to what it says."""
SPOILT = tuple(row for row in POLICY_REACTIONS if row.kind not in PROCESS)


def _promised(row: PolicyReaction) -> ComputerReaction:
    """Return a row as those of the computer are: held to by the same stage."""
    return ComputerReaction(
        row.name, row.noticed, row.does.value, row.shown, row.recovers,
        ends=row.ends, upright=row.upright, alone=row.does is Does.GOES_ON,
        takeover_s=WITHIN_S if row.does is Does.REPLACES else None,
    )  # fmt: skip


def _spoils(row: PolicyReaction) -> Callable[[Live], None]:
    fault = replace(policy_fault_of(row), start_s=AFTER_S, stop_s=AFTER_S + row.lasts_s)

    def do(live: Live) -> None:
        live.fail_policy(in_words(fault))

    return do


@contextmanager
def _can_fail(_: Path) -> Iterator[Around]:
    yield Around(("policy_faults:=true",))


ROWS = tuple(_promised(row) for row in SPOILT)
"""What is promised, in the words of the computer's rows."""
UPSETS = {row.name: Upset(_spoils(row), _can_fail) for row in SPOILT}
"""By the name of the row in core/reactions/policy.py."""
