"""One sensor's stream: the newest sample that can be trusted, and whether it still can.

A sample is trusted when its content is sound (core/checks.py), its stamp moved forward and is
neither old nor from the future. A stream is valid while it has a recent trusted sample whose
content still changes; once masked it needs several good samples in a row to be valid again.
"""

from dataclasses import dataclass
from typing import NamedTuple

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Sample

MS = 1_000_000
FORGETS = 100_000
"""A least latency rises by 1 ms in so many ms: what holds everything up may stay."""


@dataclass(frozen=True)
class ChannelRules:
    """When a stream counts as stale, frozen and recovered.

    ``frozen_ns`` None means that this sensor may honestly repeat itself (encoders at rest);
    ``stale_ns`` None means that its last word stays valid (the command that went to the motors).
    ``never_repeats``: noise makes every honest sample differ, so that a repetition is no news.
    """

    stale_ns: int | None
    frozen_ns: int | None
    recover_after: int
    future_ns: int = 5 * MS
    never_repeats: bool = False


class Channel(NamedTuple):
    """State of one stream. Stamps are as sent; arrivals are steady time."""

    sample: Sample | None = None
    """Newest trusted sample."""
    taken_ns: int = 0
    """When it was taken, in steady time: later clock jumps do not age it."""
    seen_stamp_ns: int | None = None
    """Its stamp, which the next must exceed; forgotten after a clock jump."""
    seen_arrival_ns: int = 0
    """Its arrival."""
    changed_ns: int = 0
    """Arrival of the last sample that differed from the one before."""
    good: int = 0
    """Trusted samples in a row."""
    valid: bool = False
    defect: Reason = Reason.NEVER_RECEIVED
    """Why the newest untrusted sample was refused, and when."""
    defect_ns: int = 0
    received: int = 0
    """Messages received in all, good or bad."""
    silence_ns: int = 0
    """Longest time without any message since that sample."""
    least_ns: int = 0
    """Least latency of late: how old a sample is at arrival when nothing held it up."""

    def silence_before(self, arrival_ns: int) -> int:
        """Longest time without any message between the newest trusted sample and an arrival."""
        heard_ns = max(self.seen_arrival_ns, self.defect_ns)
        return max(self.silence_ns, arrival_ns - heard_ns)


REPEATED = (Reason.STAMP_NOT_ADVANCING, Reason.FROZEN)
"""Defects of what was said before: not news, and nothing against the samples around it."""


def refuse(channel: Channel, sample: Sample, defect: Reason) -> Channel:
    """Count a sample that must not be used."""
    return channel._replace(
        defect=defect,
        defect_ns=sample.arrival_ns,
        good=channel.good if defect in REPEATED else 0,
        received=channel.received + 1,
        silence_ns=channel.silence_before(sample.arrival_ns),
    )


def timing(channel: Channel, sample: Sample, offset_ns: int, rules: ChannelRules) -> Reason:
    """Judge the stamp. ``offset_ns`` turns stamps into steady time."""
    taken_ns = sample.stamp_ns + offset_ns
    latency = sample.arrival_ns - taken_ns
    if latency < -rules.future_ns:
        return Reason.FUTURE_STAMP
    if rules.stale_ns is not None and latency >= rules.stale_ns:
        return Reason.STALE_STAMP
    # In steady time: around a clock jump, two stamps may belong to different offsets.
    if channel.seen_stamp_ns is not None and taken_ns <= channel.taken_ns:
        return Reason.STAMP_NOT_ADVANCING
    return Reason.OK


def repeats(channel: Channel, sample: Sample, rules: ChannelRules) -> bool:
    """Whether the content is that of the newest trusted sample, where it must have changed."""
    held = channel.sample
    if held is None or rules.frozen_ns is None or not sample.repeats(held):
        return False
    return rules.never_repeats or sample.arrival_ns - channel.changed_ns >= rules.frozen_ns


def accept(channel: Channel, sample: Sample, taken_ns: int, rules: ChannelRules) -> Channel:
    """Take a trusted sample, taken at ``taken_ns`` (steady), as the newest."""
    changed_ns = sample.arrival_ns
    held, least_ns = channel.sample, sample.arrival_ns - taken_ns
    if held is not None:
        rises_ns = (sample.arrival_ns - channel.seen_arrival_ns) // FORGETS
        least_ns = min(least_ns, channel.least_ns + rises_ns)
    if rules.frozen_ns is not None and held is not None:
        changed_ns = channel.changed_ns if sample.repeats(held) else sample.arrival_ns
    # In the order of the fields: _replace takes four times as long.
    return Channel(
        sample, taken_ns, sample.stamp_ns, sample.arrival_ns, changed_ns,
        channel.good + 1, channel.valid, channel.defect, channel.defect_ns, channel.received + 1, 0,
        least_ns,
    )  # fmt: skip


def _health(channel: Channel, rules: ChannelRules, now_ns: int) -> Reason:
    sample = channel.sample
    if sample is None:
        return channel.defect
    silence, latency = now_ns - sample.arrival_ns, sample.arrival_ns - channel.taken_ns
    if rules.stale_ns is not None and silence + max(latency, 0) >= rules.stale_ns:
        recently_refused = now_ns - channel.defect_ns < rules.stale_ns
        if recently_refused and channel.defect_ns >= sample.arrival_ns:
            return channel.defect
        return Reason.SILENT if silence >= latency else Reason.STALE_STAMP
    if rules.frozen_ns is not None and now_ns - channel.changed_ns >= rules.frozen_ns:
        return Reason.FROZEN
    return Reason.OK


def judge(channel: Channel, rules: ChannelRules, now_ns: int) -> tuple[Channel, Reason]:
    """Decide whether the stream is valid at ``now_ns`` (steady) and why not."""
    reason = _health(channel, rules, now_ns)
    if reason is not Reason.OK:
        return channel._replace(valid=False, good=0), reason
    if channel.valid:
        return channel, reason
    if channel.good < rules.recover_after:
        return channel, Reason.RECOVERING
    return channel._replace(valid=True), reason
