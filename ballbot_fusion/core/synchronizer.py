"""All streams together: latest value per sensor, one clock offset, jumps that they share.

Stamps count in ROS time, arrivals in steady time; ``offset_ns`` (steady minus ROS) relates them.
When the ROS clock jumps, the stamps of all sensors jump by the same amount. Two sensors that agree
on a jump are enough to re-base the offset; a sensor that jumps alone is wrong and stays refused.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ballbot_fusion.core.channel import MS, Channel, ChannelRules, accept, judge, refuse, timing
from ballbot_fusion.core.checks import check
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.spec import MODALITIES

JUMP_NS = 15 * MS
"""Smallest change of stamp against arrival that counts as a jump of the clock."""
AGREE_NS = 5 * MS
"""Two sensors share a jump when they agree on it this well."""
JUMP_MEMORY_NS = 100 * MS
"""How long an unconfirmed jump is remembered, and how long stamps of before a jump stay welcome."""
JUMP_TIMING = (Reason.FUTURE_STAMP, Reason.STALE_STAMP, Reason.STAMP_NOT_ADVANCING)


def _stale(key: str) -> int | None:
    return MODALITIES[key].stale_ns


RULES: Mapping[Source, ChannelRules] = {
    Source.IMU: ChannelRules(_stale("orientation"), frozen_ns=20 * MS, recover_after=5),
    Source.ENCODERS: ChannelRules(_stale("motor_state"), frozen_ns=None, recover_after=3),
    Source.CAMERA_0: ChannelRules(_stale("rgbd_0"), frozen_ns=200 * MS, recover_after=2),
    Source.CAMERA_1: ChannelRules(_stale("rgbd_1"), frozen_ns=200 * MS, recover_after=2),
    Source.MOTORS: ChannelRules(None, frozen_ns=None, recover_after=1),
    Source.COMMAND: ChannelRules(500 * MS, frozen_ns=None, recover_after=1),
}
"""Default rules by source. ``cmd_vel`` older than half a second means zero."""
UNSTAMPED = frozenset({Source.MOTORS, Source.COMMAND})
"""Streams whose stamps are not judged: an echo of the IMU's, or none at all."""


class Synchronizer(NamedTuple):
    """State of all streams: channels by source number, the clock offset and jumps in doubt."""

    channels: tuple[Channel, ...]
    offset_ns: int
    previous_offset_ns: int
    rebased_ns: int
    jumps: tuple[tuple[Source, int, int], ...] = ()
    """Unconfirmed jumps: source, amount, arrival."""


def initial_synchronizer(now_ns: int, offset_ns: int) -> Synchronizer:
    """Nothing received yet. ``offset_ns`` is steady minus ROS time at ``now_ns``."""
    return Synchronizer(tuple(Channel() for _ in Source), offset_ns, offset_ns, now_ns)


def _with_channel(sync: Synchronizer, source: Source, channel: Channel) -> Synchronizer:
    channels = sync.channels
    return sync._replace(channels=(*channels[:source], channel, *channels[source + 1 :]))


def _jump(channel: Channel, sample: Sample) -> int:
    """By how much the stamps moved beyond the arrivals since the last sample in order."""
    if channel.seen_stamp_ns is None:
        return 0
    stamps = sample.stamp_ns - channel.seen_stamp_ns
    return stamps - (sample.arrival_ns - channel.seen_arrival_ns)


def _confirmed(sync: Synchronizer, sample: Sample, jump: int) -> bool:
    return any(
        source is not sample.source
        and abs(amount - jump) <= AGREE_NS
        and sample.arrival_ns - arrival <= JUMP_MEMORY_NS
        for source, amount, arrival in sync.jumps
    )


def _rebased(sync: Synchronizer, jump: int, now_ns: int) -> Synchronizer:
    """Shift the offset; forget the stamps seen, once, so that later ones count as advancing."""
    channels = tuple(channel._replace(seen_stamp_ns=None) for channel in sync.channels)
    return Synchronizer(channels, sync.offset_ns - jump, sync.offset_ns, now_ns)


def _suspect(sync: Synchronizer, sample: Sample) -> Synchronizer:
    """Remember a jump in doubt, or re-base when another sensor made the same one."""
    channel = sync.channels[sample.source]
    jump = _jump(channel, sample)
    if abs(jump) < JUMP_NS or sample.stamp_ns == channel.seen_stamp_ns:
        return sync
    if _confirmed(sync, sample, jump):
        return _rebased(sync, jump, sample.arrival_ns)
    others = tuple(entry for entry in sync.jumps if entry[0] is not sample.source)
    return sync._replace(jumps=(*others, (sample.source, jump, sample.arrival_ns)))


def _offset_for(sync: Synchronizer, sample: Sample) -> int:
    """Choose the offset that turns this stamp into steady time.

    Frames taken before a clock jump may arrive after it: then the one that fits better.
    """
    sent = sample.arrival_ns - sample.stamp_ns
    if sample.source in UNSTAMPED:
        return sent
    if sample.arrival_ns - sync.rebased_ns > JUMP_MEMORY_NS:
        return sync.offset_ns
    return min(sync.offset_ns, sync.previous_offset_ns, key=lambda offset: abs(sent - offset))


def _receive(
    sync: Synchronizer, sample: Sample, robot: RobotConfig, newest: bool
) -> tuple[Synchronizer, bool]:
    source, rules = sample.source, RULES[sample.source]
    offset = _offset_for(sync, sample)
    defect = check(sample, robot)
    if defect is Reason.OK and source not in UNSTAMPED:
        defect = timing(sync.channels[source], sample, offset, rules)
        if newest and defect in JUMP_TIMING:
            sync = _suspect(sync, sample)
            offset = _offset_for(sync, sample)
            defect = timing(sync.channels[source], sample, offset, rules)
    channel = sync.channels[source]
    if defect is not Reason.OK:
        return _with_channel(sync, source, refuse(channel, sample, defect)), False
    channel = accept(channel, sample, sample.stamp_ns + offset, rules)
    return _with_channel(sync, source, channel), True


def receive(
    sync: Synchronizer, samples: Sequence[Sample], robot: RobotConfig
) -> tuple[Synchronizer, list[Sample]]:
    """Take in what arrived since the last call; return the samples that can be trusted, in order.

    Only the newest sample of a source may testify to a clock jump: a backlog after a stall of this
    process is late, its end is not.
    """
    newest = {sample.source: index for index, sample in enumerate(samples)}
    trusted = []
    for index, sample in enumerate(samples):
        sync, good = _receive(sync, sample, robot, newest[sample.source] == index)
        if good:
            trusted.append(sample)
    return sync, trusted


def judge_all(
    sync: Synchronizer, sources: Sequence[Source], now_ns: int
) -> tuple[Synchronizer, dict[Source, Reason]]:
    """Decide which of ``sources`` are valid at ``now_ns`` (steady) and why the others are not."""
    channels = list(sync.channels)
    reasons = {}
    for source in sources:
        channels[source], reasons[source] = judge(channels[source], RULES[source], now_ns)
    return sync._replace(channels=tuple(channels)), reasons
