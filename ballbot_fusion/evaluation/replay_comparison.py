"""A replayed tick beside the recorded one: the same, bit for bit, or in what not."""

import struct
from collections.abc import Iterator
from typing import Any

from ballbot_fusion.core import trace
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.replay_outcome import Step


def same_bits(first: Any, second: Any) -> bool:
    """Whether two lists of doubles are the same, bit for bit."""
    form = f"<{len(first)}d"
    return len(first) == len(second) and struct.pack(form, *first) == struct.pack(form, *second)


def wrong_in(step: Step, runtime: PolicyRuntime) -> Iterator[str]:
    """Say in what a replayed tick differs from the recorded one."""
    record, result, spec = step.record, step.result, runtime.spec
    mask = tuple(bool(value) for value in result.mask)
    if len(record.mask) != len(spec):
        yield f"{len(record.mask)} modalities were observed, the policy has {len(spec)}"
        return
    for entry, was, now, reason, other in zip(
        spec, record.mask, mask, record.reasons, result.reasons, strict=True
    ):
        if was != now or reason is not other:
            yield f"{entry.key} is {_judged(now, other)}, was {_judged(was, reason)}"
    if record.observation:
        at = 0
        for entry in spec.vectors:
            values = result.observation[entry.key].ravel().tolist()
            before = record.observation[at : at + len(values)]
            at += len(values)
            if not same_bits(values, before):
                yield f"observation {entry.key} is {values}, was {list(before)}"
        images = tuple(trace.images_of(spec, result))
        if images != record.images:
            places = {place for place, _ in set(images) ^ set(record.images)}
            yield f"images differ: {', '.join(spec.keys[place] for place in sorted(places))}"
    if record.action:
        action = step.output.action.tolist()
        if not same_bits(action, record.action):
            apart = max(abs(a - b) for a, b in zip(action, record.action, strict=True))
            yield f"action is {action}, was {list(record.action)} (by {apart:.3g})"


def _judged(trusted: bool, reason: Reason) -> str:
    return "trusted" if trusted else f"masked ({reason.name})"
