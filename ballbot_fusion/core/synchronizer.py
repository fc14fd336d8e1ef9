"""All streams together: latest value per sensor, one clock offset, jumps that they share.

Stamps count in ROS time, arrivals in steady time; ``offset_ns`` (steady minus ROS) relates them.
When the ROS clock jumps, the stamps of all sensors jump by the same amount. Two sensors that agree
on a jump are enough to re-base the offset, one of them IMU or encoders: cameras may share a
computer whose clock is wrong. A sensor that jumps alone is wrong and stays refused.

What may be a jump: stamps from the future; stamps that went back; stamps that stood still while
nothing arrived for long (a simulation that was paused). Stamps that go on but arrive late are a
delay, however many sensors share it: those samples are old.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ballbot_fusion.core.channel import (
    MS,
    Channel,
    ChannelRules,
    accept,
    judge,
    refuse,
    repeats,
    timing,
)
from ballbot_fusion.core.checks import check
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.core.spec import MODALITIES
from ballbot_fusion.core.wheel_joints import WheelJoints

JUMP_NS = 5 * MS
"""Smallest change of stamp against arrival that counts as a jump of the clock."""
PAUSE_NS = 100 * MS
"""Silence from which late stamps mean that time stood still; by then the IMU is a latched fault."""
AGREE_NS = 5 * MS
"""Two sensors share a jump when they agree on it this well."""
AGE_JITTER_NS = 10 * MS
"""By how much the age of a sensor's samples at arrival may vary."""
AHEAD_NS = 2 * MS
"""Samples that arrive this long before they were taken are of a clock that drifts ahead."""
SETTLES_NS = 1000 * MS
"""How long after a jump the offset is still corrected."""
JUMP_MEMORY_NS = 100 * MS
"""How long an unconfirmed jump is remembered, and how long stamps of before a jump stay welcome."""


def _stale(key: str) -> int | None:
    return MODALITIES[key].stale_ns


RULES: Mapping[Source, ChannelRules] = {
    Source.IMU: ChannelRules(
        _stale("orientation"), frozen_ns=30 * MS, recover_after=5, never_repeats=True
    ),
    Source.ENCODERS: ChannelRules(_stale("motor_state"), frozen_ns=None, recover_after=3),
    Source.CAMERA_0: ChannelRules(_stale("rgbd_0"), frozen_ns=200 * MS, recover_after=2),
    Source.CAMERA_1: ChannelRules(_stale("rgbd_1"), frozen_ns=200 * MS, recover_after=2),
    Source.MOTORS: ChannelRules(None, frozen_ns=None, recover_after=1),
    Source.COMMAND: ChannelRules(500 * MS, frozen_ns=None, recover_after=1),
    Source.INSTRUCTION: ChannelRules(None, frozen_ns=None, recover_after=1),
}
"""Default rules by source. ``cmd_vel`` older than half a second means zero; what was said holds
until something else is said, see core/instruction.py."""
Rules = Mapping[Source, ChannelRules]


def rules_of(robot: RobotConfig) -> Rules:
    """Rules by source for one robot: RULES, but for cameras that may be older."""
    found = dict(RULES)
    for number, camera in enumerate(robot.cameras):
        source = Source(Source.CAMERA_0 + number)
        usual, stale_ns = RULES[source], round(camera.stale_s * 1e9)
        # Between frames nothing changes: no defect for as long as the last one may be used.
        frozen_ns = max(usual.frozen_ns or 0, stale_ns)
        found[source] = replace(usual, stale_ns=stale_ns, frozen_ns=frozen_ns)
    return found


UNSTAMPED = frozenset({Source.MOTORS, Source.COMMAND, Source.INSTRUCTION})
"""Streams whose stamps are not judged: an echo of the IMU's, or none at all."""
CAMERAS = frozenset({Source.CAMERA_0, Source.CAMERA_1})
"""Streams that cannot testify to a clock jump by themselves."""


class Jump(NamedTuple):
    """A jump of the clock that a sensor tells of."""

    source: Source
    amount_ns: int
    arrival_ns: int
    offset_ns: int
    """What the offset would be by this sample."""


class Synchronizer(NamedTuple):
    """State of all streams: channels by source number, the clock offset and jumps in doubt."""

    channels: tuple[Channel, ...]
    offset_ns: int
    previous_offset_ns: int
    rebased_ns: int
    """When it was shifted last."""
    rebased_offset_ns: int
    """To what; corrections since then are small."""
    jumps: tuple[Jump, ...] = ()
    """Unconfirmed ones."""


def initial_synchronizer(now_ns: int, offset_ns: int) -> Synchronizer:
    """Nothing received yet. ``offset_ns`` is steady minus ROS time at ``now_ns``."""
    channels = tuple(Channel() for _ in Source)
    return Synchronizer(channels, offset_ns, offset_ns, now_ns, offset_ns)


def _with_channel(sync: Synchronizer, source: Source, channel: Channel) -> Synchronizer:
    before, offset_ns, previous_ns, rebased_ns, rebased_offset_ns, jumps = sync
    channels = (*before[:source], channel, *before[source + 1 :])
    return Synchronizer(channels, offset_ns, previous_ns, rebased_ns, rebased_offset_ns, jumps)


def _jump(channel: Channel, sample: Sample, offset_ns: int, defect: Reason) -> int:
    """By how much the clock must have jumped if ``defect`` is its doing; 0 when it cannot be."""
    if channel.sample is None or sample.stamp_ns == channel.seen_stamp_ns:
        return 0
    taken_ns = sample.stamp_ns + offset_ns
    jump = taken_ns - channel.taken_ns - (sample.arrival_ns - channel.seen_arrival_ns)
    if defect is Reason.FUTURE_STAMP and jump < JUMP_NS:
        # A clock that drifts ahead makes no jump, but ends in the future all the same.
        jump = taken_ns - sample.arrival_ns
    paused = channel.silence_before(sample.arrival_ns) >= PAUSE_NS
    late = jump < 0 and taken_ns > channel.taken_ns and not paused
    return 0 if late or abs(jump) < JUMP_NS else jump


def _confirm(told: Jump, by: Jump) -> bool:
    return (
        told.source is not by.source
        and not {told.source, by.source} <= CAMERAS
        and abs(told.amount_ns - by.amount_ns) <= AGREE_NS
        and by.arrival_ns - told.arrival_ns <= JUMP_MEMORY_NS
    )


def _offset_by(sync: Synchronizer, sample: Sample) -> int:
    """The offset by which a sample is as old at arrival as those of its stream that never wait."""
    least_ns = sync.channels[sample.source].least_ns
    # A clock that has drifted ahead begins anew, without a latency.
    return sample.arrival_ns - (least_ns if least_ns > -AHEAD_NS else 0) - sample.stamp_ns


def _rebased(sync: Synchronizer, told: Sequence[Jump], now_ns: int) -> Synchronizer:
    """Shift the offset; forget the stamps seen, once, so that later ones count as advancing.

    Of those who tell of the jump, whoever came soonest says what it is now: others may be late.
    """
    channels = tuple(channel._replace(seen_stamp_ns=None) for channel in sync.channels)
    offset_ns = min(jump.offset_ns for jump in told)
    return Synchronizer(channels, offset_ns, sync.offset_ns, now_ns, offset_ns)


def _settled(sync: Synchronizer, sample: Sample) -> Synchronizer:
    """Correct the offset by a sample that came sooner than the one which told of a jump.

    That one may have waited to be read, and its wait would be an error for ever.
    """
    if sync.offset_ns == sync.previous_offset_ns or sample.source in CAMERAS:
        return sync
    if sample.arrival_ns - sync.rebased_ns > SETTLES_NS:
        return sync
    offset_ns = _offset_by(sync, sample)
    # All corrections together: further off is what was taken before the jump, or is wrong.
    possible = sync.rebased_offset_ns - offset_ns <= AGREE_NS
    return sync._replace(offset_ns=offset_ns) if offset_ns < sync.offset_ns and possible else sync


def _suspect(sync: Synchronizer, sample: Sample, jump: int) -> Synchronizer:
    """Remember a jump in doubt, or re-base when another sensor made the same one."""
    if not jump:
        return sync
    told = Jump(sample.source, jump, sample.arrival_ns, _offset_by(sync, sample))
    if agreed := [entry for entry in sync.jumps if _confirm(entry, told)]:
        return _rebased(sync, [*agreed, told], sample.arrival_ns)
    others = tuple(entry for entry in sync.jumps if entry.source is not sample.source)
    return sync._replace(jumps=(*others, told))


def _offset_for(sync: Synchronizer, sample: Sample) -> int:
    """Choose the offset that turns this stamp into steady time.

    Frames taken before a clock jump may arrive after it. They are known by the age that this
    sensor's samples usually have when they arrive.
    """
    sent = sample.arrival_ns - sample.stamp_ns
    if sample.source in UNSTAMPED:
        return sent
    if sample.arrival_ns - sync.rebased_ns > JUMP_MEMORY_NS:
        return sync.offset_ns
    channel = sync.channels[sample.source]
    usual = 0 if channel.sample is None else channel.seen_arrival_ns - channel.taken_ns
    now, before = (
        abs(sent - offset - usual) for offset in (sync.offset_ns, sync.previous_offset_ns)
    )
    return sync.previous_offset_ns if before + AGE_JITTER_NS < now else sync.offset_ns


class Trusted(NamedTuple):
    """A sample that may be used, and when it was taken, in steady time."""

    sample: Sample
    taken_ns: int
    before: JointSample | None = None
    """Of encoders, the trusted sample before it, and when that was taken."""
    before_ns: int = 0


def _timed(
    sync: Synchronizer, sample: Sample, rules: ChannelRules, newest: bool
) -> tuple[Synchronizer, int, Reason]:
    """Judge a stamp; return the offset that fits it and what is wrong with it."""
    source = sample.source
    if source in UNSTAMPED:
        return sync, _offset_for(sync, sample), Reason.OK
    sync = _settled(sync, sample)
    offset = _offset_for(sync, sample)
    defect = timing(sync.channels[source], sample, offset, rules)
    if defect is not Reason.OK and newest:
        jump = _jump(sync.channels[source], sample, sync.offset_ns, defect)
        sync = _suspect(sync, sample, jump)
        offset = _offset_for(sync, sample)
        defect = timing(sync.channels[source], sample, offset, rules)
    return sync, offset, defect


class Refused(NamedTuple):
    """A sample that must not be used, by its stream, and why."""

    source: Source
    reason: Reason


class Judge(NamedTuple):
    """By what samples are judged: the robot file, and what follows from it."""

    robot: RobotConfig
    rules: Rules
    joints: WheelJoints

    @classmethod
    def of(cls, robot: RobotConfig) -> "Judge":
        """Derive it from the robot file."""
        return cls(robot, rules_of(robot), WheelJoints.of(robot))


def _receive(
    sync: Synchronizer, sample: Sample, by: Judge, newest: bool
) -> tuple[Synchronizer, Trusted | Refused]:
    source, rules, offset = sample.source, by.rules[sample.source], 0
    defect = check(sample, by.robot)
    if defect is Reason.OK:
        sync, offset, defect = _timed(sync, sample, rules, newest)
    channel = sync.channels[source]
    before, taken_ns = None, sample.stamp_ns + offset
    if source is Source.ENCODERS and isinstance(channel.sample, JointSample):
        before = channel.sample
    if defect is Reason.OK and before is not None and isinstance(sample, JointSample):
        jumped = by.joints.jumped(before, sample, (taken_ns - channel.taken_ns) * 1e-9)
        defect = Reason.OUT_OF_RANGE if jumped else defect
    if defect is Reason.OK and repeats(channel, sample, rules):
        defect = Reason.FROZEN
    if defect is not Reason.OK:
        refused = Refused(source, defect)
        return _with_channel(sync, source, refuse(channel, sample, defect)), refused
    trusted = Trusted(sample, taken_ns, before, channel.taken_ns)
    return _with_channel(sync, source, accept(channel, sample, taken_ns, rules)), trusted


def receive(
    sync: Synchronizer, samples: Sequence[Sample], by: Judge
) -> tuple[Synchronizer, list[Trusted], list[Refused]]:
    """Take in what arrived since the last call; return what can be trusted, and what cannot.

    Every sample is in one of the two lists, in the order of ``samples``. Only the newest sample of
    a source may testify to a clock jump: a backlog after a stall of this process is late, its end
    is not.
    """
    newest = {sample.source: index for index, sample in enumerate(samples)}
    trusted: list[Trusted] = []
    refused: list[Refused] = []
    for index, sample in enumerate(samples):
        sync, entry = _receive(sync, sample, by, newest[sample.source] == index)
        if isinstance(entry, Trusted):
            trusted.append(entry)
        else:
            refused.append(entry)
    return sync, trusted, refused


def judge_all(
    sync: Synchronizer, sources: Sequence[Source], now_ns: int, rules: Rules = RULES
) -> tuple[Synchronizer, dict[Source, Reason]]:
    """Decide which of ``sources`` are valid at ``now_ns`` (steady) and why the others are not."""
    channels = list(sync.channels)
    reasons = {}
    for source in sources:
        channels[source], reasons[source] = judge(channels[source], rules[source], now_ns)
    return sync._replace(channels=tuple(channels)), reasons
