"""Colour images as a policy sees them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from ballbot_fusion.core.color import normalised

SHAPE = (3, 64, 64)
sizes = st.tuples(st.integers(8, 150), st.integers(8, 150))
pictures = sizes.flatmap(lambda size: hnp.arrays(np.uint8, (*size, 3), fill=st.integers(0, 255)))
colors = st.tuples(*[st.integers(0, 255)] * 3)


@given(hnp.arrays(np.uint8, (64, 64, 3)))
def test_at_their_size_images_are_bytes_over_255_channels_first(image: NDArray[np.uint8]) -> None:
    seen = normalised(image, "rgb8", SHAPE)
    assert (seen.shape, seen.dtype) == (SHAPE, np.float32)
    assert seen.flags.c_contiguous
    for channel in range(3):
        np.testing.assert_array_equal(seen[channel], image[..., channel] / np.float32(255))


@given(pictures)
def test_both_encodings_say_the_same(image: NDArray[np.uint8]) -> None:
    swapped = np.ascontiguousarray(image[..., ::-1])
    assert np.array_equal(normalised(image, "rgb8", SHAPE), normalised(swapped, "bgr8", SHAPE))


@given(pictures)
def test_no_size_adds_light(image: NDArray[np.uint8]) -> None:
    before = image.copy()
    seen = normalised(image, "rgb8", SHAPE)
    assert seen.shape == SHAPE
    assert seen.min() >= 0.0
    assert seen.max() <= image.max() / np.float32(255)
    np.testing.assert_array_equal(image, before)


@given(sizes, colors)
def test_a_plain_wall_keeps_its_colour(size: tuple[int, int], wall: tuple[int, int, int]) -> None:
    seen = normalised(np.full((*size, 3), wall, np.uint8), "rgb8", SHAPE)
    expected = np.array(wall, np.float32) / 255
    assert np.array_equal(seen[:, 32, 32], expected)
    inside = np.all(seen == expected[:, None, None], axis=0)
    margin = np.all(seen == 0.0, axis=0)
    assert np.all(inside | margin)


def test_large_images_are_averaged_not_sampled() -> None:
    stripes = np.zeros((128, 128, 3), np.uint8)
    stripes[:, ::2] = 200
    assert np.all(normalised(stripes, "rgb8", SHAPE) == np.float32(100) / 255)


def test_proportions_are_those_of_depth() -> None:
    """A square in the middle of a wide image stays a square, a narrow one gets black margins."""
    wide = np.zeros((480, 640, 3), np.uint8)
    wide[180:300, 260:380] = 255
    bright = normalised(wide, "rgb8", SHAPE)[0] > 0.5
    assert bright[24:40, 24:40].all()
    assert bright.sum() == 16 * 16
    narrow = normalised(np.full((128, 64, 3), 255, np.uint8), "rgb8", SHAPE)
    assert np.all(narrow[:, :, 16:48] == 1.0)
    assert not narrow[:, :, :16].any()
    assert not narrow[:, :, 48:].any()


@pytest.mark.parametrize("shape", [(8, 5000), (5000, 8), (480, 640), (9, 11), (64, 65)])
def test_odd_shapes(shape: tuple[int, int]) -> None:
    seen = normalised(np.full((*shape, 3), 255, np.uint8), "rgb8", SHAPE)
    assert set(np.unique(seen)) <= {np.float32(0.0), np.float32(1.0)}
    assert (seen == 1.0).any()
