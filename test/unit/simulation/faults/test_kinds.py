"""What each kind of fault changes, and what it leaves alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import isnan, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.streams import encoders, imu
from unit.simulation.faults.rig import MS, PERIOD_NS, SETTINGS, of, run, said, sent

from ballbot_fusion.core.samples import DepthSample, ImuSample, JointSample, Sample, Source
from ballbot_fusion.simulation.faults import FAULTS, Fault, FaultLine, streams_of
from ballbot_fusion.simulation.faults.fault import CAMERAS, SENSORS, STREAMS

IMU, ENCODERS, MOTORS = Source.IMU, Source.ENCODERS, Source.MOTORS
START_MS, STOP_MS = 100, 200
few = settings(max_examples=20, deadline=None)


def during(samples: Sequence[Sample]) -> list[Sample]:
    """Those that arrived while the fault acted, by the stamps that they were sent with."""
    return [s for s in samples if (START_MS - 4) * MS <= s.stamp_ns < (STOP_MS - 4) * MS]


def faulty(kind: str, source: Source, size: float | None = None) -> list[Sample]:
    plan = [Fault(kind, source, START_MS * 1e-3, STOP_MS * 1e-3, size)]
    return of(run(plan), source)


def healthy(source: Source) -> list[Sample]:
    return of(run([]), source)


def pairs(kind: str, source: Source, size: float | None = None) -> list[tuple[Sample, Sample]]:
    """(as sent, as arrived) under a fault that neither loses nor adds samples."""
    return list(zip(during(healthy(source)), during(faulty(kind, source, size)), strict=True))


@pytest.mark.parametrize("kind", FAULTS)
def test_every_kind_is_for_some_streams_and_no_others(kind: str) -> None:
    assert streams_of(kind)
    for source in STREAMS:
        fault = Fault(kind, source)
        if source in streams_of(kind):
            FaultLine((fault,), SETTINGS, 1)
        else:
            with pytest.raises(ValueError, match=f"means nothing to {source.name}"):
                FaultLine((fault,), SETTINGS, 1)


@pytest.mark.parametrize(
    ("kind", "source"), [(kind, source) for kind in FAULTS for source in streams_of(kind)]
)
def test_every_fault_proves_that_it_took_effect(kind: str, source: Source) -> None:
    """And proves nothing before its time. The wheels turn: counters roll over, torques change."""
    line = FaultLine((Fault(kind, source, 0.1, 0.2),), SETTINGS, 1)
    for number in range(1, 60):
        now_ns = number * PERIOD_NS
        samples = [_moving(s) for s in sent(now_ns)]
        line.passed(samples, now_ns, now_ns * 1e-9)
        if kind != "never" and now_ns < 100 * MS:
            assert line.effects == [0]
    assert line.effects[0] > 0


def _moving(sample: Sample) -> Sample:
    angle = sample.stamp_ns * 1e-9 * 100.0
    if isinstance(sample, JointSample) and sample.source is MOTORS:
        return replace(sample, effort=(angle, 0.0, 0.0))
    if sample.source is not ENCODERS:
        return sample
    return encoders(sample.stamp_ns, position=(angle, -angle, angle), velocity=(100.0, -100, 100))


def test_a_fault_whose_time_never_comes_proves_nothing() -> None:
    line = FaultLine((Fault("missing", IMU, 9.0), Fault("nan", IMU, 9.0)), SETTINGS, 1)
    line.passed(sent(PERIOD_NS), PERIOD_NS, 0.0)
    assert line.effects == [0, 0]


@pytest.mark.parametrize("source", SENSORS)
@pytest.mark.parametrize(("kind", "sign"), [("stale", -1), ("future", 1)])
def test_stamps_are_off_by_so_much_and_nothing_else(kind: str, sign: int, source: Source) -> None:
    sample = next(s for s in sent(PERIOD_NS) if s.source is source)
    line = FaultLine((Fault(kind, source, size=5000.0),), SETTINGS, 1)
    (arrived,) = line.passed([sample], PERIOD_NS, 0.0)
    assert arrived == replace(sample, stamp_ns=sample.stamp_ns + sign * 5000 * MS)


@pytest.mark.parametrize("source", SENSORS)
def test_stamps_stand_still_under_content_that_goes_on(source: Source) -> None:
    found, plain = faulty("still", source), healthy(source)
    assert [s.content_hash for s in found] == [s.content_hash for s in plain]
    stood = [s.stamp_ns for s, t in zip(found, plain, strict=True) if s.stamp_ns != t.stamp_ns]
    assert set(stood) == {max(s.stamp_ns for s in plain if s.stamp_ns <= 95 * MS)}


@few
@given(st.integers(2, 30), st.sampled_from(SENSORS), st.integers(0, 99))
def test_overtaking_loses_nothing_and_keeps_no_order(group: int, source: Source, seed: int) -> None:
    plan = [Fault("unordered", source, 0.1, 0.2, group)]
    found, again = of(run(plan, seed=seed), source), of(run(plan, seed=seed), source)
    assert said(found) == said(again)
    assert sorted(said(found)) == sorted(said(healthy(source)))
    assert said(found) != said(healthy(source)) or group > len(during(found))


@few
@given(st.integers(1, 5), st.sampled_from(STREAMS))
def test_duplicates_are_the_same_sample_so_many_times_more(times: int, source: Source) -> None:
    sample = next(s for s in sent(PERIOD_NS) if s.source is source)
    line = FaultLine((Fault("duplicated", source, size=times),), SETTINGS, 1)
    assert line.passed([sample], PERIOD_NS, 0.0) == [sample] * (times + 1)


@few
@given(st.integers(1, 300), st.sampled_from(STREAMS))
def test_a_burst_brings_those_of_before_once_more_in_their_order(
    queued: int, source: Source
) -> None:
    line = FaultLine((Fault("burst", source, 0.1, size=queued),), SETTINGS, 1)
    before: list[Sample] = []
    for number in range(1, 20):
        own = of([sent(number * PERIOD_NS)], source)
        before += line.passed(own, number * PERIOD_NS, 0.0)
    own = of([sent(100 * MS)], source)
    assert line.passed(own, 100 * MS, 0.1) == [*before[-queued:], *own]


@pytest.mark.parametrize("source", STREAMS)
def test_what_waits_arrives_at_once_when_the_fault_is_over(source: Source) -> None:
    periods = run([Fault("queued", source, 0.1, 0.2)])
    counts = [len(of([period], source)) for period in periods]
    assert set(counts[19:39]) == {0}
    assert counts[39] == 21 * counts[0]
    assert said(of(periods, source)) == said(healthy(source))


@few
@given(st.integers(1, 9), st.sampled_from(STREAMS))
def test_a_slow_stream_lets_one_of_so_many_through(one_of: int, source: Source) -> None:
    found, plain = during(faulty("slow", source, one_of)), during(healthy(source))
    assert said(found) == said(plain[one_of - 1 :: one_of])


def test_an_intermittent_stream_is_off_and_on() -> None:
    periods = run([Fault("intermittent", IMU, 0.1, 0.2, 20.0)])
    heard = [bool(of([period], IMU)) for period in periods]
    assert heard[19:39] == ([False] * 4 + [True] * 4) * 2 + [False] * 4
    assert all(heard[:19] + heard[39:])


@pytest.mark.parametrize("source", streams_of("never"))
def test_a_late_joiner_is_silent_on_the_stand_too(source: Source) -> None:
    line = FaultLine((Fault("never", source, 0.0, 0.1),), SETTINGS, 1)
    times: list[float | None] = [None, 0.0, 0.05, 0.1, 0.2]
    heard = [bool(of([line.passed(sent(PERIOD_NS), PERIOD_NS, t)], source)) for t in times]
    assert heard == [False, False, False, True, True]


def numbers(sample: Sample) -> list[float]:
    if isinstance(sample, ImuSample):
        assert sample.orientation is not None
        return [*sample.angular_velocity, *sample.linear_acceleration, *sample.orientation]
    assert isinstance(sample, JointSample)
    return [*sample.velocity, *sample.effort]


@pytest.mark.parametrize("source", [IMU, ENCODERS, MOTORS])
def test_nan_replaces_one_number_of_a_sample(source: Source) -> None:
    for sent_one, arrived in pairs("nan", source):
        off = [a for a, b in zip(numbers(arrived), numbers(sent_one), strict=True) if a != b]
        assert len(off) == 1
        assert isnan(off[0])


def bad(samples: Sequence[Sample]) -> int:
    return sum(any(map(isnan, numbers(sample))) for sample in samples)


def test_nan_once_and_now_and_then() -> None:
    assert bad(faulty("nan", IMU, 0.0)) == 1
    line = FaultLine((Fault("nan", IMU, size=0.1),), SETTINGS, 1)
    found = line.passed([imu(number) for number in range(3000)], PERIOD_NS, 0.0)
    assert bad(found) == pytest.approx(300, abs=60)


def test_nan_of_depth_is_metres_without_a_measurement() -> None:
    for _, arrived in pairs("nan", CAMERAS[0]):
        assert isinstance(arrived, DepthSample)
        assert (arrived.encoding, arrived.image.dtype) == ("32FC1", np.float32)
        assert np.isnan(arrived.image).all()


@few
@given(st.floats(0.0, 10.0))
def test_a_quaternion_has_the_length_asked_for(length: float) -> None:
    plan = (Fault("quaternion", IMU, size=length),)
    for sample in (imu(1), imu(1, orientation=None)):
        (arrived,) = FaultLine(plan, SETTINGS, 1).passed([sample], PERIOD_NS, 0.0)
        assert isinstance(arrived, ImuSample)
        assert arrived.orientation is not None
        assert np.linalg.norm(arrived.orientation) == pytest.approx(length)
        assert replace(arrived, orientation=sample.orientation) == sample


Change = Callable[[Sample], Sample]
ONE_FIELD: list[tuple[str, Source, str, object]] = [
    ("no_orientation", IMU, "orientation", None),
    ("encoding", CAMERAS[0], "encoding", "yuv422_yuy2"),
    ("frame", CAMERAS[1], "frame_id", "somewhere_else"),
    ("frame", IMU, "frame_id", "somewhere_else"),
]


@pytest.mark.parametrize(("kind", "source", "field", "value"), ONE_FIELD)
def test_what_changes_one_field(kind: str, source: Source, field: str, value: object) -> None:
    for sent_one, arrived in pairs(kind, source):
        assert getattr(arrived, field) == value != getattr(sent_one, field)
        restored = replace(arrived, **{field: getattr(sent_one, field)})  # type: ignore[arg-type]
        assert said([restored]) == said([sent_one])


@pytest.mark.parametrize(("size", "shape"), [(None, (4, 4)), (0.0, (0, 0)), (32.0, (32, 32))])
def test_an_image_of_another_size(size: float | None, shape: tuple[int, int]) -> None:
    for sent_one, arrived in pairs("image_size", CAMERAS[0], size):
        assert isinstance(sent_one, DepthSample)
        assert isinstance(arrived, DepthSample)
        assert arrived.image.shape == shape
        assert (arrived.image == sent_one.image[: shape[0], : shape[1]]).all()


def joints(kind: str, size: float | None = None) -> tuple[JointSample, JointSample]:
    sample = encoders(1, position=(1.0, 2.0, 3.0), velocity=(4.0, 5.0, 6.0), effort=(7.0, 8.0, 9.0))
    line = FaultLine((Fault(kind, ENCODERS, size=size),), SETTINGS, 1)
    (arrived,) = line.passed([sample], PERIOD_NS, 0.0)
    assert isinstance(arrived, JointSample)
    return sample, arrived


def by_name(sample: JointSample) -> dict[str, tuple[float, float, float]]:
    values = zip(sample.position, sample.velocity, sample.effort, strict=True)
    return dict(zip(sample.names, values, strict=True))


def test_names_order_cables_and_signs() -> None:
    sample, renamed = joints("joint_names")
    assert renamed == replace(sample, names=(f"{sample.names[0]}_renamed", *sample.names[1:]))
    sample, reordered = joints("joint_order")
    assert reordered.names != sample.names
    assert by_name(reordered) == by_name(sample)
    sample, crossed = joints("crossed")
    assert crossed == replace(sample, position=(2.0, 1.0, 3.0), velocity=(5.0, 4.0, 6.0))
    sample, turned = joints("reversed")
    assert turned == replace(sample, position=(-1.0, -2.0, -3.0), velocity=(-4.0, -5.0, -6.0))


@few
@given(st.floats(0.01, 3.0))
def test_counts_that_jump_are_a_rush_once(jump: float) -> None:
    plan = (Fault("encoder_jump", ENCODERS, 0.01, 0.02, jump),)
    line, speeds, places = FaultLine(plan, SETTINGS, 1), [], []
    for number in range(15):
        sample = encoders(number * 2 * MS, position=(0.0,) * 3)
        (arrived,) = line.passed([sample], sample.stamp_ns, number * 0.002)
        assert isinstance(arrived, JointSample)
        speeds.append(arrived.velocity[0])
        places.append(arrived.position[0])
    assert speeds == pytest.approx([0.0] * 5 + [jump / 0.002] + [0.0] * 9)
    assert places == [0.0] * 5 + [jump] * 5 + [0.0] * 5


@few
@given(st.floats(-40.0, 40.0), st.floats(0.5, 10.0))
def test_counts_that_roll_over_are_speeds_as_a_difference_gives_them(
    speed: float, span: float
) -> None:
    line = FaultLine((Fault("rollover", ENCODERS, size=span),), SETTINGS, 1)
    found: list[JointSample] = []
    for number in range(100):
        angle = speed * number * 0.002
        sample = encoders(number * 2 * MS, position=(angle,) * 3, velocity=(speed,) * 3)
        arrived = line.passed([sample], sample.stamp_ns, number * 0.002)
        found += [entry for entry in arrived if isinstance(entry, JointSample)]
    assert all(0.0 <= s.position[0] <= span for s in found)
    for before, after in pairwise(found):
        difference = (after.position[0] - before.position[0]) / 0.002
        assert after.velocity[0] == pytest.approx(difference, abs=1e-3)


def test_equal_rates_and_forces_under_an_orientation_that_goes_on() -> None:
    line = FaultLine((Fault("equal", IMU, 0.1),), SETTINGS, 1)
    turn = [(0.0, 0.0, pi * number, 1.0) for number in range(3)]
    sent_ones = [imu(number * MS, orientation=turn[number]) for number in range(3)]
    times = (0.0, 0.1, 0.2)
    found = [line.passed([s], 0, t)[0] for s, t in zip(sent_ones, times, strict=True)]
    held = sent_ones[0]
    for sent_one, arrived in zip(sent_ones, found, strict=True):
        rate, force = held.angular_velocity, held.linear_acceleration
        assert arrived == replace(sent_one, angular_velocity=rate, linear_acceleration=force)


def test_a_saturated_imu_is_at_the_end_of_its_range() -> None:
    sample = imu(1, angular_velocity=(0.1, -0.1, 2.0), linear_acceleration=(1.0, -1.0, 9.8))
    line = FaultLine((Fault("saturated", IMU, size=500.0),), SETTINGS, 1)
    (arrived,) = line.passed([sample], PERIOD_NS, 0.0)
    assert isinstance(arrived, ImuSample)
    end = 500.0 * pi / 180.0
    assert arrived.angular_velocity == pytest.approx((end, -end, end))
    assert np.abs(arrived.linear_acceleration) == pytest.approx([156.9064] * 3)
    assert np.sign(arrived.linear_acceleration).tolist() == [1.0, -1.0, 1.0]


@pytest.mark.parametrize(
    ("kind", "size"), [("unordered", 1), ("slow", 0), ("intermittent", 0), ("rollover", 0)]
)
def test_sizes_that_mean_nothing_are_refused(kind: str, size: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        FaultLine((Fault(kind, ENCODERS, size=size),), SETTINGS, 1)
