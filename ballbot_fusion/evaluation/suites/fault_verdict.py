"""Whether a drive did what the table of faults promises, and in which way it did not."""

from collections.abc import Mapping, Sequence
from typing import Any

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reactions import LATCHES, Does, Reaction
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.evaluation.fault_watch import FaultWatch, Moment, zero_from
from ballbot_fusion.evaluation.suites.fault_cases import Case, begin_s


def breach(row: Reaction, moments: Sequence[Moment], period_s: float, also_masked: bool) -> str:
    """Say how the streams' reasons depart from what ``row`` promises; empty when they do not.

    Args:
        row: the promise.
        moments: the drive.
        period_s: of the control, s.
        also_masked: another fault masks the same stream.
    """
    start_s = begin_s(row)
    said = [(m.seconds - start_s, m.reason(row.source)) for m in moments if m.seconds >= start_s]
    masked = [(after, why) for after, why in said if why is not Reason.OK]
    if not row.masks:
        promised = {*row.reasons, Reason.RECOVERING} if row.does is Does.MAY_MASK else set()
        unpromised = [why for _, why in masked if why not in promised]
        return f"{row.name}: masked, {unpromised[0].name}" if unpromised and not also_masked else ""
    if not masked:
        return f"{row.name}: not noticed"
    # The table is for 200 Hz; a slower control looks later.
    if masked[0][0] > row.within_s + max(period_s - 0.005, 0.0) + 1e-9:
        return f"{row.name}: noticed after {masked[0][0]:.3f} s"
    others = {why for _, why in masked} - {*row.reasons, Reason.RECOVERING}
    return f"{row.name}: {min(others).name}" if others else ""


def breaches(
    case: Case, watch: FaultWatch, summary: dict[str, Any], effects: Sequence[int], period_s: float
) -> list[str]:
    """Return everything in which a drive departs from what the table promises, in words."""
    found = [f"fault {n} spoilt nothing" for n, effect in enumerate(effects) if not effect]
    masking = {row.source for row in case.parts if row.masks}
    for row in case.parts:
        found.append(breach(row, watch.moments, period_s, row.source in masking))
    if watch.bad_commands:
        found.append(f"{watch.bad_commands} commands not finite or beyond the limit")
    if watch.bad_observations:
        found.append(f"{watch.bad_observations} observations not finite")
    found.append(driven_otherwise(case, summary))
    if case.does in LATCHES:
        found.append(ended_otherwise(Mode.FAULT, summary) or _not_at_zero(case, watch))
    return [text for text in found if text]


def driven_otherwise(case: Case, summary: Mapping[str, Any]) -> str:
    """Say that something else drove than is promised; empty when it did not, or nothing is.

    Args:
        case: what was promised.
        summary: of the drive, with ``policy_share``.
    """
    alone = summary["policy_share"] == 1.0
    if case.does is Does.REPLACES:
        return "safety did not take over" if alone else ""
    if case.does not in {*LATCHES, Does.MAY_FALL} and not alone:
        return "the policy did not drive all the time"
    return ""


def ended_otherwise(mode: Mode, summary: Mapping[str, Any]) -> str:
    """Say that safety did not end in ``mode``; empty when it did."""
    ended = summary["safety"]
    return "" if ended == mode.value else f"safety ended in {ended}, promised {mode.value}"


def _not_at_zero(case: Case, watch: FaultWatch) -> str:
    row = min(case.parts, key=lambda part: part.faults_within_s)
    limit_s = row.faults_within_s
    zero_s = zero_from(watch.moments)
    if zero_s is None or zero_s > begin_s(row) + limit_s + 1e-9:
        return f"the motors were not at zero after {limit_s:g} s"
    return ""
