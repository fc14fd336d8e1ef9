"""Whether a drive in which the policy failed did what the table promises of it."""

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reactions import Does, PolicyReaction
from ballbot_fusion.core.reactions.policy import WITHIN_S
from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.evaluation.suites.fault_cases import START_S
from ballbot_fusion.evaluation.takeover_watch import SHARE, TakeoverWatch, largest_step

BACK_WITHIN_S = 0.1
"""How much later than promised the policy may drive again: it must be good without a break, and a
jump back to where it should be may count against it once."""


def policy_breaches(
    row: PolicyReaction,
    watch: TakeoverWatch,
    effects: Sequence[int],
    last_s: float | None,
    max_torque: float,
    start_s: float = START_S,
) -> list[str]:
    """Return everything in which a drive departs from what ``row`` promises, in words.

    Args:
        row: the promise.
        watch: the drive.
        effects: how many answers each fault of it spoilt.
        last_s: when it did so last, s after the stand let go.
        max_torque: of a wheel, N m.
        start_s: when the fault began.
    """
    found = [f"policy fault {n} spoilt nothing" for n, effect in enumerate(effects) if not effect]
    found.append(_too_steep(watch, max_torque))
    if row.does is Does.GOES_ON and watch.first(Mode.FALLBACK, 0.0) is not None:
        found.append(f"{row.name}: safety took over")
    if row.does is Does.REPLACES:
        found.append(_not_taken(row, watch, start_s))
        found.append(_not_handed_back(row, watch, start_s, last_s))
    return [text for text in found if text]


def _period_s(watch: TakeoverWatch) -> float:
    turns = watch.turns
    return turns[1].seconds - turns[0].seconds if len(turns) > 1 else 0.005


def _too_steep(watch: TakeoverWatch, max_torque: float) -> str:
    """Torque changes no faster than safety lets it, at a takeover and a return above all."""
    most = max_torque * _period_s(watch) / SafetySettings().torque_slew_s
    step = largest_step(watch.turns)
    return f"a torque stepped by {step:.2f} N m, limit {most:.2f}" if step > most + 1e-6 else ""


def _not_taken(row: PolicyReaction, watch: TakeoverWatch, start_s: float) -> str:
    taken = watch.first(Mode.FALLBACK, start_s)
    if taken is None:
        return f"{row.name}: safety did not take over"
    # The table is for 200 Hz; a slower control looks later.
    after_s = taken.seconds - start_s
    if after_s > WITHIN_S + max(_period_s(watch) - 0.005, 0.0) + SHARE:
        return f"{row.name}: taken over after {after_s:.3f} s"
    if not taken.reason.startswith(row.says):
        return f"{row.name}: taken over because {taken.reason!r}"
    return ""


def _driven_by_a_bad_one(row: PolicyReaction, watch: TakeoverWatch, start_s: float) -> str:
    """Whether a policy that is bad for ever, each time or now and then, drove when it was.

    One that was good for long enough in between may drive until it is bad again.
    """
    good_s, soon_s = SafetySettings().handback_s - SHARE, WITHIN_S + _period_s(watch) + SHARE
    after = [turn for turn in watch.turns if turn.seconds >= start_s]
    for before, turn in pairwise(after):
        since_s = turn.seconds - turn.bad_s
        if turn.mode is not Mode.ARMED or since_s >= good_s:
            continue
        if before.mode is Mode.FALLBACK:
            return f"{row.name}: handed back {since_s:.3f} s after it was bad last"
        if since_s > soon_s:
            return f"{row.name}: not taken over again at {turn.seconds:.3f} s"
    return ""


def _not_handed_back(
    row: PolicyReaction, watch: TakeoverWatch, start_s: float, last_s: float | None
) -> str:
    if not isfinite(row.lasts_s):
        return _driven_by_a_bad_one(row, watch, start_s)
    back = watch.handed_back(start_s)
    if last_s is None:
        return ""
    period_s = _period_s(watch)
    due_s = last_s + SafetySettings().handback_s
    if back is None:
        return f"{row.name}: not handed back"
    back_s = back.seconds
    if not due_s - SHARE <= back_s <= due_s + period_s + BACK_WITHIN_S + SHARE:
        return f"{row.name}: handed back {back_s - last_s:.3f} s after it was bad last"
    return ""
