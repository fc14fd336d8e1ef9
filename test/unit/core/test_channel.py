from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.core.streams import MS, START_NS, imu

from ballbot_fusion.core.channel import (
    Channel,
    ChannelRules,
    accept,
    judge,
    refuse,
    repeats,
    timing,
)
from ballbot_fusion.core.reasons import Reason

RULES = ChannelRules(stale_ns=20 * MS, frozen_ns=50 * MS, recover_after=3)
T0 = START_NS


def fed(channel: Channel, arrivals: list[int], rules: ChannelRules = RULES, **changes) -> Channel:
    for arrival in arrivals:
        channel = accept(channel, imu(arrival, arrival, **changes), arrival, rules)
    return channel


def healthy(rules: ChannelRules = RULES) -> Channel:
    """Trusted, the newest sample taken and arrived at T0."""
    channel = fed(Channel(), [T0 - 2 * MS, T0 - MS, T0], rules)
    channel, reason = judge(channel, rules, T0)
    assert reason is Reason.OK
    return channel


def reason_at(channel: Channel, now_ns: int, rules: ChannelRules = RULES) -> Reason:
    return judge(channel, rules, now_ns)[1]


def test_nothing_received():
    assert reason_at(Channel(), T0) is Reason.NEVER_RECEIVED


def test_only_bad_samples_received():
    channel = refuse(Channel(), imu(T0, T0), Reason.WRONG_FRAME)
    assert reason_at(channel, T0 + MS) is Reason.WRONG_FRAME
    assert channel.received == 1


def test_stale_exactly_at_the_limit():
    assert reason_at(healthy(), T0 + 20 * MS - 1) is Reason.OK
    assert reason_at(healthy(), T0 + 20 * MS) is Reason.SILENT


def test_stale_by_stamp_exactly_at_the_limit():
    """Arrives now, was taken long ago."""
    late = accept(healthy(), imu(T0 + MS, T0 + 15 * MS), T0 + MS, RULES)
    assert reason_at(late, T0 + 21 * MS - 1) is Reason.OK
    assert reason_at(late, T0 + 21 * MS) is Reason.STALE_STAMP


def test_without_a_limit_the_last_word_stays():
    rules = ChannelRules(None, None, recover_after=1)
    assert reason_at(healthy(rules), T0 + 10**15, rules) is Reason.OK


def test_a_refusal_names_the_silence_that_follows_it():
    channel = refuse(healthy(), imu(T0 + 19 * MS, T0 + 19 * MS), Reason.NON_FINITE)
    assert reason_at(channel, T0 + 20 * MS) is Reason.NON_FINITE
    assert reason_at(channel, T0 + 39 * MS - 1) is Reason.NON_FINITE
    assert reason_at(channel, T0 + 39 * MS) is Reason.SILENT


def test_frozen_exactly_at_the_limit():
    held = healthy().sample
    channel = healthy()
    for step in range(1, 60):
        sample = replace(held, stamp_ns=T0 + step * MS, arrival_ns=T0 + step * MS)
        if repeats(channel, sample, RULES):
            break
        channel = accept(channel, sample, T0 + step * MS, RULES)
        assert reason_at(channel, T0 + step * MS) is Reason.OK
    assert step == 50


def test_frozen_is_named_while_frames_keep_coming():
    rules = replace(RULES, stale_ns=100 * MS, frozen_ns=40 * MS)
    channel = healthy(rules)
    again = replace(channel.sample, stamp_ns=T0 + 33 * MS, arrival_ns=T0 + 33 * MS)
    channel = accept(channel, again, T0 + 33 * MS, rules)
    assert reason_at(channel, T0 + 40 * MS - 1, rules) is Reason.OK
    assert reason_at(channel, T0 + 40 * MS, rules) is Reason.FROZEN


def test_what_never_repeats_is_refused_at_once():
    rules = replace(RULES, never_repeats=True)
    channel = healthy(rules)
    again = replace(channel.sample, stamp_ns=T0 + MS, arrival_ns=T0 + MS)
    assert repeats(channel, again, rules)
    assert not repeats(channel, imu(T0 + MS, T0 + MS), rules)


def test_what_may_repeat_is_never_frozen():
    rules = ChannelRules(20 * MS, None, recover_after=1)
    channel = healthy(rules)
    again = replace(channel.sample, stamp_ns=T0 + MS, arrival_ns=T0 + MS)
    assert not repeats(channel, again, rules)


@pytest.mark.parametrize(
    ("latency_ns", "expected"),
    [
        (-5 * MS - 1, Reason.FUTURE_STAMP),
        (-5 * MS, Reason.OK),
        (20 * MS - 1, Reason.OK),
        (20 * MS, Reason.STALE_STAMP),
    ],
)
def test_stamps_are_judged_against_the_arrival(latency_ns, expected):
    stamp_ns = T0 + 50 * MS
    sample = imu(stamp_ns - 7, stamp_ns + latency_ns)
    assert timing(healthy(), sample, 7, RULES) is expected


@pytest.mark.parametrize("back_ns", [0, 1, 10 * MS])
def test_stamps_must_move_forward(back_ns):
    sample = imu(T0 - back_ns, T0 + MS)
    assert timing(healthy(), sample, 0, RULES) is Reason.STAMP_NOT_ADVANCING


def after_silence() -> Channel:
    channel, reason = judge(healthy(), RULES, T0 + 100 * MS)
    assert reason is Reason.SILENT
    return channel


def test_recovery_takes_several_good_samples():
    channel = after_silence()
    for step, expected in enumerate((Reason.RECOVERING, Reason.RECOVERING, Reason.OK)):
        now = T0 + (101 + step) * MS
        channel, reason = judge(fed(channel, [now]), RULES, now)
        assert reason is expected


def test_a_bad_sample_starts_recovery_anew():
    channel = fed(after_silence(), [T0 + 101 * MS, T0 + 102 * MS])
    channel = refuse(channel, imu(T0 + 103 * MS, T0 + 103 * MS), Reason.NON_FINITE)
    channel = fed(channel, [T0 + 104 * MS])
    assert reason_at(channel, T0 + 104 * MS) is Reason.RECOVERING


@pytest.mark.parametrize("defect", [Reason.STAMP_NOT_ADVANCING, Reason.FROZEN])
def test_a_sample_said_twice_does_not_hinder_recovery(defect):
    channel = after_silence()
    for now in (T0 + 101 * MS, T0 + 102 * MS, T0 + 103 * MS):
        channel = refuse(fed(channel, [now]), imu(now, now), defect)
    assert reason_at(channel, T0 + 103 * MS) is Reason.OK


def test_a_trickle_does_not_recover():
    """Good samples, each stale before the next: never several in a row."""
    channel = after_silence()
    for step in range(1, 20):
        now = T0 + (100 + 30 * step) * MS
        channel, reason = judge(fed(channel, [now]), RULES, now)
        assert reason is Reason.RECOVERING
        channel, reason = judge(channel, RULES, now + 25 * MS)
        assert reason is Reason.SILENT


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=40))
def test_valid_means_a_recent_good_sample(steps):
    channel, now, newest = Channel(), T0, None
    for wait, good in steps:
        now += wait * MS
        if good:
            channel, newest = fed(channel, [now]), now
        else:
            channel = refuse(channel, imu(now, now), Reason.NON_FINITE)
        channel, reason = judge(channel, RULES, now)
        if reason is Reason.OK:
            assert newest is not None
            assert now - newest < RULES.stale_ns
        assert channel.valid == (reason is Reason.OK)
    assert channel.received == len(steps)


def test_the_least_latency_is_remembered_and_slowly_forgotten() -> None:
    channel = Channel()
    for number, latency_ns in enumerate((3 * MS, MS, 4 * MS)):
        taken_ns = number * 100 * MS
        channel = accept(channel, imu(taken_ns, taken_ns + latency_ns), taken_ns, RULES)
    assert MS <= channel.least_ns <= MS + 2_000
    hour_ns = 3_600_000 * MS
    assert accept(channel, imu(hour_ns, hour_ns + 7 * MS), hour_ns, RULES).least_ns == 7 * MS
