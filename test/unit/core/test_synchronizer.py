"""Whole streams through the synchronizer, as the tick calls it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.streams import (
    CAMERAS,
    EPOCH_NS,
    KEYS,
    MS,
    ROBOT,
    SECOND,
    SENSORS,
    START_NS,
    T1,
    Rig,
    command,
    depth,
    encoders,
    from_t1,
    imu,
    masked,
    motors,
    start,
    taken_ns,
    ticks,
    warm,
)

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import InstructionSample, Source
from ballbot_fusion.core.synchronizer import (
    RULES,
    Judge,
    initial_synchronizer,
    judge_all,
    receive,
)

JUDGE = Judge.of(ROBOT)


def spoilt(source: Source, change, seconds: float = 0.5):
    return masked(ticks(from_t1(source, change), seconds, warm()))


def test_healthy_streams_are_trusted():
    state = warm()
    assert masked(ticks(Rig(), 1.0, state)) == {"actions": {Reason.NEVER_RECEIVED}}


# --- silence, one sensor at a time ---


@pytest.mark.parametrize("source", SENSORS)
def test_each_sensor_is_stale_exactly_at_its_limit(source):
    state = warm()
    channel = state.sync.channels[source]
    limit = RULES[source].stale_ns
    age_from = min(channel.sample.arrival_ns, channel.taken_ns)
    _, reasons = judge_all(state.sync, [source], age_from + limit - 1)
    assert reasons[source] is Reason.OK
    _, reasons = judge_all(state.sync, [source], age_from + limit)
    assert reasons[source] in (Reason.SILENT, Reason.STALE_STAMP)


@pytest.mark.parametrize("source", SENSORS)
def test_a_sensor_that_falls_silent_masks_only_itself(source):
    found = spoilt(source, lambda _: [])
    assert set(found) - {"actions"} == KEYS[source]
    for key in KEYS[source]:
        assert found[key] <= {Reason.SILENT, Reason.STALE_STAMP}


def test_a_command_is_zero_after_half_a_second():
    sync = initial_synchronizer(T1, 0)
    sync, _, _ = receive(sync, [command(T1, (0.3, 0.0, 0.0))], JUDGE)
    for age, expected in ((500 * MS - 1, Reason.OK), (500 * MS, Reason.SILENT)):
        _, reasons = judge_all(sync, [Source.COMMAND], T1 + age)
        assert reasons[Source.COMMAND] is expected


def test_the_motors_last_command_stays_known():
    sync = initial_synchronizer(T1, 0)
    sync, _, _ = receive(sync, [motors(12345, T1)], JUDGE)
    _, reasons = judge_all(sync, [Source.MOTORS], T1 + 3600 * SECOND)
    assert reasons[Source.MOTORS] is Reason.OK


def test_everything_silent_is_a_pause_and_comes_back():
    """A simulation that is paused: its stamps stand still, and go on where they stopped."""
    state = warm()
    quiet = masked(ticks(Rig(sources=()), 2.0, state))
    assert set(quiet) >= {"orientation", "motor_state", "rgbd_0", "rgbd_1"}
    *_, end = ticks(Rig(sources=()), 2.0, state)
    later = list(ticks(Rig(ros_minus_steady=lambda _: EPOCH_NS - 2 * SECOND), 0.5, end.state))
    assert masked(later[20:]) == {"actions": {Reason.NEVER_RECEIVED}}


# --- bad content ---


def test_one_nan_masks_nothing():
    def once(sample):
        bad = taken_ns(sample) == T1 + 50 * MS
        return [replace(sample, angular_velocity=(float("nan"), 0.0, 0.0)) if bad else sample]

    assert set(spoilt(Source.IMU, once)) == {"actions"}


def test_nothing_but_nan_masks_and_says_so():
    found = spoilt(Source.IMU, lambda s: [replace(s, angular_velocity=(float("nan"), 0.0, 0.0))])
    assert found["orientation"] == {Reason.NON_FINITE}


def test_a_frozen_imu_is_not_news():
    """Its samples neither keep it valid nor reach the estimate."""
    state = warm()
    content = state.sync.channels[Source.IMU].sample

    def again(sample):
        return [replace(content, stamp_ns=sample.stamp_ns, arrival_ns=sample.arrival_ns)]

    results = list(ticks(from_t1(Source.IMU, again), 0.2, state))
    assert masked(results)["orientation"] == {Reason.FROZEN}
    assert results[-1].estimate.imu_ns <= T1 + MS
    first = next(r for r in results if r.reasons[0])
    changed_ns = first.state.sync.channels[Source.IMU].changed_ns
    assert 25 * MS < first.state.now_ns - changed_ns <= 30 * MS


def test_an_imu_whose_raw_channel_hangs_is_frozen_whatever_its_orientation_does():
    state = warm()
    held = state.sync.channels[Source.IMU].sample

    def hangs(sample):
        tilt = 1e-3 * (sample.stamp_ns // MS % 10)
        rates = {"angular_velocity": held.angular_velocity}
        forces = {"linear_acceleration": held.linear_acceleration}
        return [replace(sample, orientation=(tilt, 0.0, 0.0, 1.0), **rates, **forces)]

    results = list(ticks(from_t1(Source.IMU, hangs), 0.2, state))
    assert masked(results)["orientation"] == {Reason.FROZEN}
    assert results[-1].estimate.imu_ns <= T1 + MS


def test_an_imu_that_says_everything_twice_is_trusted():
    """A 500 Hz sensor behind a 1 kHz driver."""

    def twice(sample):
        if sample.source is not Source.IMU:
            return [sample]
        older = imu(sample.stamp_ns // (2 * MS) * (2 * MS))
        return [replace(older, stamp_ns=sample.stamp_ns, arrival_ns=sample.arrival_ns)]

    rig = Rig(edit=twice)
    assert set(masked(ticks(rig, 0.5, warm(rig)))) == {"actions"}


@pytest.mark.parametrize("source", CAMERAS)
def test_a_frozen_camera_is_masked_after_200_ms(source):
    state = warm()
    content = state.sync.channels[source].sample

    def again(sample):
        return [replace(content, stamp_ns=sample.stamp_ns, arrival_ns=sample.arrival_ns)]

    results = list(ticks(from_t1(source, again), 0.5, state))
    (key,) = KEYS[source]
    assert masked(results)[key] == {Reason.FROZEN}
    first = next(r for r in results if r.reasons[5 + CAMERAS.index(source)])
    changed_ns = first.state.sync.channels[source].changed_ns
    assert 200 * MS <= first.state.now_ns - changed_ns < 205 * MS


def slow_camera(hz: float, stale_s: float, frozen: bool) -> list[Reason]:
    """Why a camera with that limit is masked, every 5 ms from its second frame on."""
    slow = ROBOT.cameras[0].model_copy(update={"stale_s": stale_s})
    judge = Judge.of(ROBOT.model_copy(update={"cameras": (slow, ROBOT.cameras[1])}))
    sync, reasons, period_ns = initial_synchronizer(START_NS, -EPOCH_NS), [], round(SECOND / hz)
    for passed in range(0, 3 * SECOND, 5 * MS):
        now, stamp = START_NS + passed, START_NS + EPOCH_NS + passed - 20 * MS
        image = depth(Source.CAMERA_0, 0).image if frozen else depth(Source.CAMERA_0, stamp).image
        frame = depth(Source.CAMERA_0, stamp, now, image=image)
        sync, _, _ = receive(sync, [] if passed % period_ns else [frame], judge)
        sync, found = judge_all(sync, (Source.CAMERA_0,), now, judge.rules)
        reasons += [found[Source.CAMERA_0]] if passed >= period_ns else []
    return reasons


@pytest.mark.parametrize(("hz", "stale_s"), [(4.0, 0.4), (2.0, 0.8), (25.0, 0.1)])
def test_a_slow_camera_is_not_frozen_between_its_frames(hz, stale_s):
    assert set(slow_camera(hz, stale_s, frozen=False)) == {Reason.OK}
    assert slow_camera(hz, stale_s, frozen=True)[-1] is Reason.FROZEN


def test_encoders_may_stand_still():
    assert set(masked(ticks(Rig(), 3.0, warm()))) == {"actions"}


# --- bad order ---


@pytest.mark.parametrize("source", SENSORS)
def test_everything_received_twice_is_trusted(source):
    rig = Rig(edit=lambda sample: [sample, sample])
    assert set(masked(ticks(rig, 0.5, warm(rig)))) == {"actions"}


@settings(max_examples=25)
@given(st.randoms(use_true_random=False), st.sampled_from(SENSORS))
def test_the_newest_sample_wins_in_any_order(random, source):
    make = {Source.IMU: imu, Source.ENCODERS: encoders}.get(source)
    build = make or (lambda stamp, arrival: depth(source, stamp, arrival))
    stamps = [T1 + step * MS for step in range(6)]
    random.shuffle(stamps)
    sync = initial_synchronizer(T1, 0)
    sync, trusted, refused = receive(sync, [build(stamp, T1 + 6 * MS) for stamp in stamps], JUDGE)
    assert sync.channels[source].sample.stamp_ns == T1 + 5 * MS
    times = [entry.taken_ns for entry in trusted]
    assert times == sorted(times)
    assert len(set(times)) == len(times)
    assert sync.channels[source].received == 6
    assert [entry.source for entry in refused] == [source] * (6 - len(trusted))
    assert {entry.reason for entry in refused} <= {Reason.STAMP_NOT_ADVANCING}


def test_a_stamp_from_the_future_is_refused():
    found = spoilt(Source.ENCODERS, lambda s: [replace(s, stamp_ns=s.stamp_ns + SECOND)])
    assert found["motor_state"] == {Reason.FUTURE_STAMP}


def test_a_stamp_that_stands_still_is_refused():
    def stuck(sample):
        return [replace(sample, stamp_ns=T1 + EPOCH_NS)]

    found = spoilt(Source.ENCODERS, stuck)
    assert found["motor_state"] <= {Reason.STAMP_NOT_ADVANCING, Reason.STALE_STAMP}


# --- anything at all ---


wild = st.integers(-(10**19), 10**19) | st.integers(-40 * MS, 40 * MS)


def told(stamp_ns: int, arrival_ns: int) -> InstructionSample:
    embedding = np.eye(256, dtype=np.float32)[0]
    return InstructionSample(Source.INSTRUCTION, stamp_ns, arrival_ns, embedding)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(list(Source)), wild, st.booleans()), max_size=30))
def test_any_stamps_leave_the_streams_in_order(entries):
    state, now = warm(seconds=0.05), START_NS + 60 * MS
    makers = {
        Source.IMU: imu, Source.ENCODERS: encoders, Source.MOTORS: motors,
        Source.COMMAND: lambda stamp, arrival: command(arrival, (0.1, 0.0, 0.0)),
        Source.INSTRUCTION: told,
    }  # fmt: skip
    sync = state.sync
    for source, error, pause in entries:
        now += 40 * MS if pause else MS
        make = makers.get(source) or (lambda s, a, source=source: depth(source, s % 10**19, a))
        sync, trusted, _ = receive(sync, [make(now + EPOCH_NS + error, now)], JUDGE)
        for sample, taken, *_ in trusted:
            limit = RULES[sample.source].stale_ns
            assert taken <= now + 5 * MS
            assert limit is None or now - taken < limit
        sync, _ = judge_all(sync, tuple(Source), now)
    assert len(sync.channels) == len(Source)
    assert len(sync.jumps) <= len(Source)


def test_the_input_state_is_unchanged():
    state = start()
    before = state.sync
    receive(state.sync, Rig().between(START_NS, START_NS + 50 * MS), JUDGE)
    assert state.sync is before
    assert all(channel.received == 0 for channel in before.channels)
    assert np.all([channel.sample is None for channel in before.channels])
