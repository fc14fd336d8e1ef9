"""A tick written down and read back: nothing lost, and damage never taken for a record."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.core.streams import EPOCH_NS, PERIOD_NS, SENSING, Rig, imu, start, warm

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.spec import MODALITIES, ObservationSpec
from ballbot_fusion.core.tick import Tick, tick
from ballbot_fusion.core.tick_state import TickState
from ballbot_fusion.core.trace import (
    Consumed,
    TraceRecord,
    beginning,
    decode,
    encode,
    images_of,
    policy_number,
    sections,
    stripped,
    vectors_of,
)

ACTION = (0.1, -1.0, 1 / 3)
times = st.integers(-(2**53), 2**62)


def one_tick(state: TickState | None = None) -> tuple[list, Tick]:
    state = state or warm()
    now_ns = state.now_ns + PERIOD_NS
    samples = Rig().between(state.now_ns, now_ns)
    return samples, tick(SENSING, state, samples, now_ns)


def recorded(snapshot: tuple[float, ...] = ()) -> list[float]:
    samples, result = one_tick()
    return encode(SENSING.spec, samples, result, ACTION, snapshot)


RECORD = recorded((1.0, -0.0, 5e-324))


def test_everything_comes_back_exactly():
    samples, result = one_tick()
    read = decode(
        encode(SENSING.spec, samples, result, ACTION, (7.0,), number=41, policy=2**48 - 1)
    )
    assert len(samples) > 5
    assert read == TraceRecord(
        41,
        result.state.now_ns,
        2**48 - 1,
        tuple(Consumed.of(sample) for sample in samples),
        tuple(result.mask == 1.0),
        result.reasons,
        tuple(vectors_of(SENSING.spec, result.observation)),
        tuple(images_of(SENSING.spec, result)),
        ACTION,
        (7.0,),
    )


@given(times, times, times, st.sampled_from(Source))
def test_any_times_come_back_to_the_nanosecond(now_ns, stamp_ns, arrival_ns, source):
    _, result = one_tick(start())
    result = result._replace(state=result.state._replace(now_ns=now_ns))
    sample = imu(stamp_ns, arrival_ns, source=source)
    read = decode(encode(SENSING.spec, [sample], result, ()))
    assert read.now_ns == now_ns
    assert read.consumed == (Consumed(source, stamp_ns, arrival_ns, sample.content_hash),)


@given(st.lists(st.sampled_from(list(MODALITIES)), min_size=1, unique=True))
def test_vectors_are_written_in_the_specs_order(keys):
    spec = ObservationSpec.of(keys)
    sizes = np.cumsum([0, *(entry.size for entry in spec)])
    observation = {
        entry.key: np.arange(first, first + entry.size, dtype=np.float32).reshape(entry.shape)
        for entry, first in zip(spec, sizes, strict=False)
    }
    values = vectors_of(spec, observation)
    assert values == [x for e in spec.vectors for x in observation[e.key].ravel().tolist()]
    assert len(values) == sum(entry.size for entry in spec.vectors)


def test_the_sections_are_the_records_parts():
    names, sizes = zip(*sections(RECORD), strict=True)
    assert names == ("head", "samples", "mask", "observation", "images", "action", "snapshot")
    assert sum(sizes) == len(RECORD)
    begin = sum(sizes[:5])
    assert tuple(RECORD[begin : begin + 3]) == ACTION


@pytest.mark.parametrize("length", range(len(RECORD)))
def test_a_record_that_is_cut_short_is_refused(length):
    with pytest.raises(ValueError, match=r"trace record|announces"):
        decode(RECORD[:length])


def test_a_record_that_goes_on_is_refused():
    with pytest.raises(ValueError, match=f"found {len(RECORD) + 1}"):
        decode([*RECORD, 0.0])


@pytest.mark.parametrize("position", range(sum(size for _, size in sections(RECORD)[:3])))
@pytest.mark.parametrize("damage", [nan, inf, -inf, 0.5, 1e300])
def test_numbers_that_should_be_integers_are_checked(position, damage):
    with pytest.raises(ValueError, match=r".+"):
        decode([*RECORD[:position], damage, *RECORD[position + 1 :]])


@pytest.mark.parametrize("position", range(5, 11))
@pytest.mark.parametrize("change", [-1e9, -1, 1, 1e9])
def test_wrong_counts_are_refused(position, change):
    damaged = list(RECORD)
    damaged[position] += change
    with pytest.raises(ValueError, match=r".+"):
        decode(damaged)


@pytest.mark.parametrize("version", [0.0, 1.0, 3.0])
def test_another_format_is_refused_with_what_to_do(version):
    with pytest.raises(ValueError, match="Replay it with the version"):
        decode([version, *RECORD[1:]])


@given(st.lists(st.floats(), max_size=60))
def test_any_numbers_give_a_record_or_a_value_error(numbers):
    try:
        decode(numbers)
    except ValueError:
        return
    assert numbers[0] == 2.0


def test_the_layout_is_the_documented_one():
    samples, result = one_tick(start())
    record = encode(SENSING.spec, samples[:1], result, (0.5,))
    (sample,) = samples[:1]
    seconds, rest = divmod(sample.stamp_ns, 10**9)
    assert record[0] == 2.0
    assert record[5:11] == [1.0, len(SENSING.spec), 22.0, 1.0, 1.0, 0.0]
    assert record[11:14] == [float(sample.source), float(seconds), float(rest)]
    assert record[16] == float(sample.content_hash)
    assert sample.stamp_ns > EPOCH_NS
    masks, reasons = result.mask.tolist(), list(map(float, result.reasons))
    assert {Reason.OK, Reason.NEVER_RECEIVED} <= set(result.reasons), "no test of the order else"
    end = 18 + 2 * len(SENSING.spec)
    assert record[18:end:2] == masks
    assert record[19:end:2] == reasons
    assert record[-1] == 0.5
    assert tuple(record[-3:-1]) == images_of(SENSING.spec, result)[0]


def test_a_beginning_is_no_tick():
    read = decode(beginning((1.0, 2.0), 123, 7, 99))
    assert read.is_beginning
    assert (read.number, read.now_ns, read.policy, read.snapshot) == (7, 123, 99, (1.0, 2.0))
    assert not decode(RECORD).is_beginning


def test_stripped_of_what_came_out_the_rest_is_the_same():
    whole, rest = decode(RECORD), decode(stripped(RECORD))
    assert rest == whole._replace(observation=(), images=(), action=())
    assert stripped(stripped(RECORD)) == stripped(RECORD)


def test_an_image_is_told_from_one_with_another_bit():
    image = np.linspace(0.0, 1.0, 64 * 64, dtype=np.float32).reshape(1, 64, 64)
    _, result = one_tick()
    hashes = []
    for last in (1.0, np.nextafter(np.float32(1.0), np.float32(0.0))):
        image[0, -1, -1] = last
        seen = result._replace(
            observation={**result.observation, "rgbd_0": image.copy()}, fresh=frozenset({"rgbd_0"})
        )
        ((place, found),) = images_of(SENSING.spec, seen)
        assert place == SENSING.spec.keys.index("rgbd_0")
        hashes.append(found)
    assert hashes[0] != hashes[1]
    assert policy_number("ffffffffffff" + "0" * 52) == 2**48 - 1
