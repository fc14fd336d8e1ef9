from dataclasses import replace
from struct import pack, unpack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ballbot_fusion.core.samples import (
    ColorSample,
    CommandSample,
    DepthSample,
    ImuSample,
    JointSample,
    Source,
)

floats = st.floats(width=64)
lists = st.lists(floats, max_size=5).map(tuple)
names = st.lists(st.text(max_size=5), max_size=4).map(tuple)
images = hnp.arrays(
    st.sampled_from([np.uint16, np.float32, np.uint8, np.dtype(">u2")]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6),
)
samples = st.one_of(
    st.builds(ImuSample, st.just(Source.IMU), st.integers(), st.integers(), lists, lists,
              st.none() | lists, st.text(max_size=5)),
    st.builds(JointSample, st.just(Source.ENCODERS), st.integers(), st.integers(), names, lists,
              lists, lists),
    st.builds(DepthSample, st.just(Source.CAMERA_0), st.integers(), st.integers(), images,
              st.text(max_size=5), st.text(max_size=5)),
    st.builds(ColorSample, st.just(Source.CAMERA_1), st.integers(), st.integers(), images,
              st.text(max_size=5), st.text(max_size=5)),
    st.builds(CommandSample, st.just(Source.COMMAND), st.integers(), st.integers(), lists),
)  # fmt: skip


@given(samples)
def test_any_content_has_a_48_bit_hash(sample):
    assert 0 <= sample.content_hash < 2**48
    assert float(sample.content_hash) == sample.content_hash


@given(samples, st.integers(), st.integers())
def test_times_do_not_enter_the_hash(sample, stamp_ns, arrival_ns):
    moved = replace(sample, stamp_ns=stamp_ns, arrival_ns=arrival_ns)
    assert moved.content_hash == sample.content_hash


@given(samples, st.integers(), st.booleans())
def test_only_the_arrival_changes_when_it_arrives_elsewhen(sample, arrival_ns, hashed):
    stamp_ns, before_ns = sample.stamp_ns, sample.arrival_ns
    digest = sample.content_hash if hashed else replace(sample).content_hash
    moved = sample.arrived(arrival_ns)
    assert type(moved) is type(sample)
    assert (moved.source, moved.stamp_ns) == (sample.source, stamp_ns)
    assert (moved.arrival_ns, sample.arrival_ns) == (arrival_ns, before_ns)
    assert moved.content_hash == digest


def flipped(value: float, bit: int) -> float:
    (bits,) = unpack("<Q", pack("<d", value))
    return unpack("<d", pack("<Q", bits ^ (1 << bit)))[0]


@given(st.integers(0, 9), st.integers(0, 63))
def test_one_flipped_bit_changes_an_imu_sample(position, bit):
    numbers = [0.1, -0.2, 0.3, 1.0, 2.0, 9.8, 0.0, 0.0, 0.0, 1.0]
    before = ImuSample(Source.IMU, 0, 0, numbers[:3], numbers[3:6], numbers[6:])
    numbers[position] = flipped(numbers[position], bit)
    after = ImuSample(Source.IMU, 0, 0, numbers[:3], numbers[3:6], numbers[6:])
    assert before.content_hash != after.content_hash


@given(st.integers(0, 63), st.integers(0, 63), st.integers(0, 15))
def test_one_flipped_bit_changes_an_image(row, column, bit):
    image = np.full((64, 64), 1234, np.uint16)
    other = image.copy()
    other[row, column] ^= 1 << bit
    one, two = (DepthSample(Source.CAMERA_0, 0, 0, pixels) for pixels in (image, other))
    assert one.content_hash != two.content_hash


IMU = ImuSample(Source.IMU, 0, 0, (1.0, 2.0, 3.0), (4.0, 5.0, 6.0))
JOINTS = JointSample(Source.ENCODERS, 0, 0, ("a", "b"), (1.0, 2.0), (3.0, 4.0))
IMAGE = DepthSample(Source.CAMERA_0, 0, 0, np.zeros((8, 32), np.uint16), "16UC1", "camera")


@pytest.mark.parametrize(
    ("sample", "changes"),
    [
        (IMU, {"orientation": (0.0, 0.0, 0.0, 0.0)}),
        (IMU, {"frame_id": "elsewhere"}),
        (JOINTS, {"names": ("b", "a")}),
        (JOINTS, {"position": (1.0, 2.0, 3.0), "velocity": (4.0,)}),
        (JOINTS, {"velocity": (), "effort": (3.0, 4.0)}),
        (JOINTS, {"source": Source.MOTORS}),
        (IMAGE, {"image": np.zeros((32, 8), np.uint16)}),
        (IMAGE, {"image": np.zeros((8, 16), np.float32), "encoding": "32FC1"}),
        (IMAGE, {"frame_id": "elsewhere"}),
        (IMAGE, {"source": Source.CAMERA_1}),
    ],
)
def test_everything_that_is_judged_enters_the_hash(sample, changes):
    assert replace(sample, **changes).content_hash != sample.content_hash


def test_an_image_need_not_be_contiguous():
    wide = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)
    view, copy = (replace(IMAGE, image=pixels) for pixels in (wide[::2, ::3], wide[::2, ::3] + 0))
    assert view.content_hash == copy.content_hash


def test_source_numbers_are_part_of_the_trace():
    assert [source.value for source in Source] == [0, 1, 2, 3, 4, 5, 6]
    assert [source.name for source in Source] == [
        "IMU", "ENCODERS", "CAMERA_0", "CAMERA_1", "MOTORS", "COMMAND", "INSTRUCTION",
    ]  # fmt: skip
