"""Whole streams through the synchronizer, as the tick calls it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.streams import (
    EPOCH_NS,
    MS,
    PERIOD_NS,
    ROBOT,
    SECOND,
    START_NS,
    Rig,
    command,
    depth,
    encoders,
    imu,
    masked,
    motors,
    start,
    ticks,
    warm,
)

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import InstructionSample, Sample, Source
from ballbot_fusion.core.synchronizer import (
    RULES,
    Judge,
    initial_synchronizer,
    judge_all,
    receive,
)

T1 = START_NS + 300 * MS
"""When the tests spoil something: ``warm`` ends here."""
CAMERAS = (Source.CAMERA_0, Source.CAMERA_1)
JUDGE = Judge.of(ROBOT)
SENSORS = (Source.IMU, Source.ENCODERS, *CAMERAS)
KEYS = {
    Source.IMU: {"orientation", "angular_vel", "vel"},
    Source.ENCODERS: {"vel", "motor_state"},
    Source.CAMERA_0: {"rgbd_0"},
    Source.CAMERA_1: {"rgbd_1"},
}


def taken_ns(sample: Sample) -> int:
    return sample.stamp_ns - EPOCH_NS


def from_t1(source: Source, change) -> Rig:
    """Everything as it should be, but for what ``change`` makes of one source from T1 on."""

    def edit(sample: Sample) -> list[Sample]:
        spoilt = sample.source is source and taken_ns(sample) > T1
        return list(change(sample)) if spoilt else [sample]

    return Rig(edit=edit)


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


# --- clock jumps ---


def jumping(jump_ns: int, sources=SENSORS, at_ns: int = T1 + 47 * MS) -> Rig:
    """The clock behind the stamps of ``sources`` jumps; frames of before arrive after it."""

    def edit(sample):
        jumped = sample.source in sources and taken_ns(sample) > at_ns
        return [replace(sample, stamp_ns=sample.stamp_ns + jump_ns) if jumped else sample]

    return Rig(edit=edit)


JUMP_SIZES = (5 * SECOND, 3600 * SECOND, 200 * MS, 50 * MS, 25 * MS, 16 * MS, 10 * MS, 7 * MS)
JUMPS = [sign * size for size in JUMP_SIZES for sign in (1, -1)]


@pytest.mark.parametrize("jump_ns", JUMPS)
@pytest.mark.parametrize("phase_ms", [40, 47, 55])
def test_a_jump_of_all_masks_nothing(jump_ns, phase_ms):
    rig = jumping(jump_ns, at_ns=T1 + phase_ms * MS)
    results = list(ticks(rig, 0.4, warm()))
    assert set(masked(results)) == {"actions"}


@pytest.mark.parametrize("jump_ns", JUMPS)
def test_a_jump_of_all_is_rebased_within_20_ms(jump_ns):
    for result in ticks(jumping(jump_ns), 0.5, warm()):
        if result.state.now_ns >= T1 + 67 * MS:
            assert abs(result.state.sync.offset_ns - (-EPOCH_NS - jump_ns)) <= 3 * MS


@pytest.mark.parametrize("jump_ns", JUMPS)
def test_a_jump_of_all_does_not_disturb_the_estimate(jump_ns):
    """Samples of before and after it come in the same tick: each has its own time."""
    rig = jumping(jump_ns)
    turn = (0.0, 0.0, 0.5)

    def edit(sample):
        (sample,) = rig.edit(sample)
        if sample.source is not Source.IMU:
            return [sample]
        noise = (sample.angular_velocity[0], 0.0, turn[2])
        return [replace(sample, orientation=None, angular_velocity=noise)]

    turning = Rig(edit=edit)
    state = warm(turning)
    before = state.estimate.yaw
    for result in ticks(turning, 0.5, state):
        age = result.state.now_ns - result.estimate.imu_ns
        assert -5 * MS <= age < 20 * MS
        passed = (result.state.now_ns - state.now_ns) / SECOND
        assert result.estimate.yaw - before == pytest.approx(0.5 * passed, abs=0.01)
        assert result.estimate.tilt < 0.01


@pytest.mark.parametrize("jump_ns", [5 * SECOND, -5 * SECOND, 200 * MS, 50 * MS])
@pytest.mark.parametrize("source", SENSORS)
def test_a_jump_of_one_masks_that_one(source, jump_ns):
    rig = jumping(jump_ns, (source,))
    results = list(ticks(rig, 1.0, warm()))
    assert set(masked(results)) - {"actions"} == KEYS[source]
    assert results[-1].state.sync.offset_ns == -EPOCH_NS


@pytest.mark.parametrize("jump_ns", [5 * SECOND, -5 * SECOND, 200 * MS])
def test_cameras_alone_do_not_move_the_clock_of_the_others(jump_ns):
    """Two that share a computer: the clock went to and fro between them and the IMU."""
    rig = jumping(jump_ns, CAMERAS)
    found = []
    for result in ticks(rig, 1.0, warm()):
        assert result.state.sync.offset_ns == -EPOCH_NS
        found.append(result)
    assert set(masked(found)) - {"actions"} == {"rgbd_0", "rgbd_1"}


def test_jumps_there_and_back():
    there, back = T1 + 100 * MS, T1 + 300 * MS
    rig = Rig(
        ros_minus_steady=lambda t: EPOCH_NS + (5 * SECOND if there < t <= back else 0),
    )
    assert set(masked(ticks(rig, 1.0, warm()))) == {"actions"}


@pytest.mark.parametrize("parts_per_million", [300, 3000])
def test_a_clock_that_drifts_ahead_is_followed(parts_per_million):
    """Sensors on another computer: in the end every stamp would lie in the future."""
    rig = Rig(
        ros_minus_steady=lambda t: EPOCH_NS + (t - START_NS) * parts_per_million // 1_000_000,
        sources=(Source.IMU, Source.ENCODERS),
    )
    found = masked(ticks(rig, 10.0, warm(rig)))
    assert set(found) == {"actions", "rgbd_0", "rgbd_1"}


def test_many_small_steps_back_are_followed():
    """Each alone is harmless; together they would make every stamp stale."""
    rig = Rig(
        ros_minus_steady=lambda t: EPOCH_NS - 8 * MS * max((t - T1) // (200 * MS), 0),
    )
    assert set(masked(ticks(rig, 2.0, warm()))) == {"actions"}


@pytest.mark.parametrize("delay_ms", [35, 40, 60, 90])
def test_a_delay_of_all_is_not_a_jump(delay_ms):
    """Late is late, however many agree: control on old samples is what the mask is for."""
    state = warm()
    queue: list[Sample] = []
    sync_offset = state.sync.offset_ns
    reasons = set()
    for step in range(100):
        now = state.now_ns + PERIOD_NS
        queue += Rig().between(state.now_ns, now)
        due = [s for s in queue if taken_ns(s) + delay_ms * MS <= now]
        queue = [s for s in queue if taken_ns(s) + delay_ms * MS > now]
        sync, _, _ = receive(state.sync, [replace(s, arrival_ns=now) for s in due], JUDGE)
        sync, health = judge_all(sync, tuple(Source), now)
        state = state._replace(sync=sync, now_ns=now)
        assert sync.offset_ns == sync_offset
        if step > 30:
            reasons.add(health[Source.IMU])
    assert reasons == {Reason.STALE_STAMP}


@pytest.mark.parametrize("stall_ms", [60, 100, 200, 1000])
def test_a_backlog_after_a_stall_is_not_a_jump(stall_ms):
    """This process stood still; then everything that was missed arrives at once."""
    state = warm()
    *_, stalled = ticks(Rig(), stall_ms / 1000, state, period_ns=stall_ms * MS)
    assert stalled.state.sync.offset_ns == -EPOCH_NS
    assert set(masked([stalled])) == {"actions"}
    assert set(masked(ticks(Rig(), 0.5, stalled.state))) == {"actions"}


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
