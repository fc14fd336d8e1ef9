import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ballbot_fusion.core import depth

SHAPE = (1, 64, 64)
sizes = st.tuples(st.integers(8, 200), st.integers(8, 200))


@st.composite
def two_depths(draw):
    """A near and a far depth, in blotches, in millimetres."""
    shape = draw(sizes)
    near = draw(hnp.arrays(np.bool_, shape, fill=st.booleans()))
    return np.where(near, np.uint16(400), np.uint16(1900))


@given(two_depths())
def test_nothing_is_blended_at_any_resolution(image):
    seen = depth.normalised(image, SHAPE, 2.0)
    assert seen.shape == SHAPE
    assert seen.dtype == np.float32
    allowed = np.array([0.0, 0.2, 0.95], np.float32)
    assert np.abs(seen[..., None] - allowed).min(axis=-1).max() < 1e-6


@given(two_depths())
def test_both_encodings_say_the_same(image):
    metres = image.astype(np.float32) * np.float32(1e-3)
    np.testing.assert_array_equal(
        depth.normalised(image, SHAPE, 2.0), depth.normalised(metres, SHAPE, 2.0)
    )


@given(hnp.arrays(np.float32, (16, 16), elements=st.floats(width=32)))
def test_any_float_image_is_in_range(image):
    with np.errstate(all="raise", under="ignore"):
        seen = depth.normalised(image, SHAPE, 2.0)
    assert np.all((seen >= 0.0) & (seen <= 1.0))


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
@pytest.mark.parametrize("shape", [(8, 5000), (5000, 8), (480, 640), (9, 11), (64, 65)])
def test_odd_shapes(shape, dtype):
    one = 1000 if dtype is np.uint16 else 1.0
    seen = depth.normalised(np.full(shape, one, dtype), SHAPE, 2.0)
    assert set(np.unique(seen)) <= {np.float32(0.0), np.float32(0.5)}
    assert (seen == 0.5).any()


def test_what_each_pixel_means():
    image = np.full((8, 8), 1.0, np.float32)
    image[0] = [np.nan, -np.inf, 0.0, -1.0, np.inf, 2.0, 5.0, 0.5]
    seen = depth.normalised(image, (1, 8, 8), 2.0)[0, 0]
    invalid, far = depth.INVALID, 1.0
    assert seen.tolist() == [invalid, invalid, invalid, invalid, far, far, far, 0.25]


def test_zero_millimetres_are_invalid():
    image = np.full((8, 8), 1000, np.uint16)
    image[3, 4] = 0
    seen = depth.normalised(image, (1, 8, 8), 2.0)[0]
    assert seen[3, 4] == depth.INVALID
    assert np.count_nonzero(seen == 0.5) == 63


def test_a_wide_image_keeps_its_proportions():
    """A square in the middle stays a square: pixels are square, the sides are cut off."""
    image = np.full((480, 640), 2000, np.uint16)
    image[180:300, 260:380] = 500
    near = depth.normalised(image, SHAPE, 2.0)[0] < 0.5
    assert near.any(axis=0).sum() == near.any(axis=1).sum() == 16
    assert near[24:40, 24:40].all()


def test_a_narrow_image_gets_invalid_margins():
    seen = depth.normalised(np.full((128, 64), 1000, np.uint16), SHAPE, 2.0)[0]
    assert np.all(seen[:, 16:48] == 0.5)
    assert np.all(seen[:, :16] == depth.INVALID)
    assert np.all(seen[:, 48:] == depth.INVALID)


def test_the_input_is_left_alone():
    image = np.array([[0, 1000], [500, 65535]], np.uint16).repeat(8, 0).repeat(8, 1)
    before = image.copy()
    depth.normalised(image, SHAPE, 2.0)
    depth.normalised(image, (1, 16, 16), 2.0)
    np.testing.assert_array_equal(image, before)
