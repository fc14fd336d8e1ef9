"""Clocks that jump, drift and lag, through the synchronizer as the tick calls it."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from unit.core.streams import (
    CAMERAS,
    EPOCH_NS,
    KEYS,
    MS,
    PERIOD_NS,
    ROBOT,
    SECOND,
    SENSING,
    SENSORS,
    START_NS,
    T1,
    Rig,
    masked,
    taken_ns,
    ticks,
    warm,
)

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.synchronizer import Judge, initial_synchronizer, judge_all, receive
from ballbot_fusion.core.tick import Tick, tick

JUDGE = Judge.of(ROBOT)


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


def drained(seed: int, jumps: int) -> Iterator[int]:
    """Read as a node does by the clock, now and then late; say by how much the clock is mistaken.

    The clock jumps there and back; it is looked at 200 ms after each jump.
    """
    rng = np.random.default_rng(seed)
    sync, read_ns, held = initial_synchronizer(START_NS, -EPOCH_NS), START_NS, list[Sample]()
    rig = Rig(sources=(Source.IMU, Source.ENCODERS))
    for number in range(jumps):
        clock_ns = EPOCH_NS + 5 * SECOND * (number % 2)
        rig.ros_minus_steady = lambda _, clock_ns=clock_ns: clock_ns  # type: ignore[misc]
        end_ns = START_NS + (number + 1) * 500 * MS
        while read_ns < end_ns:
            late = rng.random() < 0.05
            now_ns = read_ns + round((rng.uniform(5.0, 9.0) if late else rng.normal(5.0, 0.3)) * MS)
            held += rig.between(read_ns, now_ns)
            # Of what was sent last, not everything has come.
            due_ns = now_ns - round(rng.exponential(0.2) * MS)
            came = [s for s in held if s.stamp_ns - clock_ns + 200_000 <= due_ns]
            held = [s for s in held if s.stamp_ns - clock_ns + 200_000 > due_ns]
            came = [replace(sample, arrival_ns=now_ns) for sample in came]
            sync, _, _ = receive(sync, came, JUDGE)
            read_ns = now_ns
            if end_ns - 300 * MS <= now_ns < end_ns - 290 * MS:
                yield sync.offset_ns + clock_ns
        held.clear()


@pytest.mark.parametrize("seed", range(5))
def test_a_clock_that_jumps_again_and_again_is_known_as_well_as_at_first(seed):
    """A reading that came late made its error for ever, and the errors added up: 4 ms are a lot.

    An IMU that is silent for 60 ms must be survived, and one for 64 ms is a fault.
    """
    mistaken = [abs(error_ns) for error_ns in drained(seed, 40)]
    assert len(mistaken) > 30
    assert max(mistaken) < 0.6 * MS


def late(source: Source, delay_ms: int, jump_ns: int) -> Iterator[Tick]:
    """One sensor is late while the clock jumps."""
    rig, queue, state = jumping(jump_ns), list[Sample](), warm()
    for _ in range(100):
        now_ns = state.now_ns + PERIOD_NS
        sent = rig.between(state.now_ns, now_ns)
        spoilt = state.now_ns > T1 - 100 * MS
        queue += [s for s in sent if spoilt and s.source is source]
        due = [s for s in queue if now_ns - s.arrival_ns >= delay_ms * MS]
        queue = [s for s in queue if now_ns - s.arrival_ns < delay_ms * MS]
        came = [s for s in sent if not (spoilt and s.source is source)]
        came += [replace(s, arrival_ns=now_ns) for s in due]
        result = tick(SENSING, state, came, now_ns)
        state = result.state
        yield result


@pytest.mark.parametrize("jump_ns", [5 * SECOND, -5 * SECOND])
@pytest.mark.parametrize("source", [Source.IMU, Source.ENCODERS])
def test_who_is_late_tells_of_a_jump_but_not_how_far_it_was(source, jump_ns):
    """The sensor that is in time seemed to come from the future, and was refused."""
    results = list(late(source, 20, jump_ns))
    own = KEYS[source]
    assert set(masked(results[10:])) - {"actions"} <= own
    assert abs(results[-1].state.sync.offset_ns - (-EPOCH_NS - jump_ns)) <= 2 * MS


FAULTY = {
    "a clock that runs ahead": lambda taken, _: (taken - T1) // 10,
    "jitter": lambda _, rng: round(rng.normal(0.0, 20.0) * MS),
}


@pytest.mark.parametrize("after_ms", [100, 2000])
@pytest.mark.parametrize("kind", FAULTY)
@pytest.mark.parametrize("source", [Source.IMU, Source.ENCODERS])
def test_one_faulty_sensor_after_a_jump_does_not_carry_the_clock_off(source, kind, after_ms):
    rng, jump_ns = np.random.default_rng(3), 5 * SECOND
    rig = jumping(jump_ns, at_ns=T1)
    begin_ns, end_ns = T1 + after_ms * MS, T1 + (after_ms + 500) * MS

    def edit(sample):
        taken = taken_ns(sample)
        (sample,) = rig.edit(sample)
        if sample.source is source and begin_ns < taken <= end_ns:
            error_ns = FAULTY[kind](taken - begin_ns + T1, rng)
            sample = replace(sample, stamp_ns=sample.stamp_ns + error_ns)
        return [sample]

    results = list(ticks(Rig(edit=edit), 4.0, warm()))
    error_ns = abs(results[-1].state.sync.offset_ns - (-EPOCH_NS - jump_ns))
    assert error_ns <= (7 * MS if after_ms == 100 else 2 * MS)
    assert set(masked(results[-100:])) == {"actions"}, "once the fault is over, all is well"


@pytest.mark.parametrize("jump_ns", [5 * SECOND, -5 * SECOND])
def test_a_clock_that_is_a_little_ahead_stays_that_much_ahead(jump_ns):
    ahead_ns = 1_500_000

    def clock(at_ns):
        return EPOCH_NS + ahead_ns + (jump_ns if at_ns > T1 else 0)

    rig = Rig(ros_minus_steady=clock, sources=(Source.IMU, Source.ENCODERS))
    *_, last = ticks(rig, 2.0, warm(rig))
    assert abs(last.state.sync.offset_ns - (-EPOCH_NS - jump_ns)) <= MS // 5
