"""What is prepared is what the tick would have made of the same samples, to the bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from unit.core.streams import (
    CAMERAS,
    EPOCH_NS,
    MS,
    ROBOT,
    SENSING,
    SOURCES_AND_MOTORS,
    Rig,
    moving,
    warm,
)

from ballbot_fusion.core import snapshot
from ballbot_fusion.core.prepared import Prepared, prepared, tick_of
from ballbot_fusion.core.samples import ImageSample, Sample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.tick import Tick, tick

ENCODERS_AND_IMU = (Source.IMU, Source.ENCODERS)
shares = st.floats(0.0, 1.0)
clocks = st.sampled_from([0, 0, 0, 20 * MS, -20 * MS, 5000 * MS])
"""By how much the ROS clock jumps in the midst of it."""
delays = st.sampled_from([0, 0, 0, 0, 1 * MS, 40 * MS, -3 * MS])
"""By how much a sample is older, or younger, than it ought to be."""


def everything(result: Tick) -> tuple[object, ...]:
    """A tick as bits that can be compared."""
    images = [b"" if image is None else image.tobytes() for image in result.state.images]
    observed = {key: value.tobytes() for key, value in result.observation.items()}
    numbers = np.array(snapshot.encode(result.state, ())).tobytes()
    return (
        numbers, images, observed, result.mask.tobytes(), result.reasons, tuple(result.estimate),
        result.sources, result.fresh, result.restarted, list(result.refused),
    )  # fmt: skip


def divided(samples: list[Sample], share: float) -> tuple[list[Sample], list[Sample]]:
    """The first of each source, and the others: in order of arrival within each source."""
    first: list[Sample] = []
    for source in Source:
        own = [sample for sample in samples if sample.source is source]
        first += own[: round(share * len(own))]
    return first, [sample for sample in samples if all(sample is not other for other in first)]


def spoilt(delay_ns: int):
    """Encoders that drive, some of the samples at the wrong time, some twice."""

    def edit(sample: Sample) -> list[Sample]:
        found = list(moving(sample))
        if (sample.stamp_ns // MS) % 13 == 0:
            return [
                type(entry)(**{**vars(entry), "stamp_ns": entry.stamp_ns - delay_ns})
                for entry in found
            ] * (1 + (delay_ns == MS))
        return found

    return edit


@given(
    st.lists(st.tuples(st.integers(0, 30), shares, shares), min_size=1, max_size=8), clocks, delays
)
def test_a_prepared_tick_is_the_tick(waits, jump_ns, delay_ns):
    begin = warm()
    rig = Rig(
        lambda now_ns: EPOCH_NS + (jump_ns if now_ns > begin.now_ns + 8 * MS else 0),
        spoilt(delay_ns), SOURCES_AND_MOTORS,
    )  # fmt: skip
    state = plain = begin
    for wait_ms, first_share, second_share in waits:
        now_ns = state.now_ns + wait_ms * MS
        samples = rig.between(state.now_ns, now_ns)
        ahead = Prepared(state)
        early, rest = divided(samples, first_share)
        order = []
        for share in (second_share, 1.0):
            now, early = divided(early, share)
            order += now
            ahead = prepared(SENSING, ahead, now)
        result = tick_of(SENSING, ahead, rest, now_ns)
        expected = tick(SENSING, plain, [*order, *rest], now_ns)
        assert everything(result) == everything(expected)
        state, plain = result.state, expected.state


def test_what_nobody_doubts_is_taken_in_early():
    """Else nothing would be gained."""
    state = warm()
    samples = Rig(sources=ENCODERS_AND_IMU).between(state.now_ns, state.now_ns + 5 * MS)
    ahead = prepared(SENSING, Prepared(state), samples)
    assert ahead.begun is not None
    assert ahead.begun.estimate.imu_ns > state.estimate.imu_ns
    assert ahead.before is state


def test_what_is_doubtful_or_a_second_frame_is_left_to_the_tick():
    state = warm()
    samples = Rig(sources=CAMERAS).between(state.now_ns, state.now_ns + 40 * MS)
    seen = prepared(SENSING, Prepared(state), samples)
    assert seen.begun is not None
    assert set(seen.fresh_images) == seen.begun.fresh == {"rgbd_0", "rgbd_1"}
    frame = next(sample for sample in samples if isinstance(sample, ImageSample))
    assert prepared(SENSING, seen, [frame]).begun is None
    (imu,) = Rig(sources=(Source.IMU,)).between(state.now_ns, state.now_ns + MS)
    twice = prepared(SENSING, Prepared(state), [imu, imu])
    assert twice.begun is None
    again = prepared(SENSING, twice, [])
    assert (again.begun, again.samples) == (None, (imu, imu))


def test_nothing_prepared_is_the_tick_itself():
    state = warm()
    samples = Rig().between(state.now_ns, state.now_ns + 5 * MS)
    now_ns = state.now_ns + 5 * MS
    result = tick_of(SENSING, Prepared(state), samples, now_ns)
    assert everything(result) == everything(tick(SENSING, state, samples, now_ns))


def test_time_that_goes_back_forgets_what_was_prepared():
    state = warm()
    samples = Rig(sources=ENCODERS_AND_IMU).between(state.now_ns, state.now_ns + 5 * MS)
    ahead = prepared(SENSING, Prepared(state), samples)
    result = tick_of(SENSING, ahead, [], state.now_ns - MS)
    assert result.restarted
    assert everything(result) == everything(tick(SENSING, state, samples, state.now_ns - MS))


def test_another_policy_is_shown_what_it_senses():
    state = warm()
    samples = Rig(sources=CAMERAS).between(state.now_ns, state.now_ns + 40 * MS)
    ahead, now_ns = prepared(SENSING, Prepared(state), samples), state.now_ns + 40 * MS
    other = Sensing(ObservationSpec.of(("orientation", "rgbd_0")), ROBOT)
    assert everything(tick_of(other, ahead, [], now_ns)) == everything(
        tick(other, state, samples, now_ns)
    )
    assert prepared(other, ahead, []).begun is None
