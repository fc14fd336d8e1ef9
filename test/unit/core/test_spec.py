from math import inf, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core.spec import (
    DEPLOYED_KEYS,
    IMAGES,
    MODALITIES,
    SEED_KEYS,
    ObservationSpec,
)

SEED = ObservationSpec.of(SEED_KEYS)
some_keys = st.lists(st.sampled_from(list(MODALITIES)), min_size=1, unique=True)


def test_seed_has_55_features_in_the_seeds_order():
    assert SEED.fused_size() == 55
    assert SEED.keys == (
        "orientation", "angular_vel", "vel", "motor_state", "actions", "rgbd_0", "rgbd_1",
    )  # fmt: skip
    assert sum(entry.size for entry in SEED.vectors) == 15
    assert SEED.feature_slices()["rgbd_0"] == slice(15, 35)
    assert SEED.feature_slices()["rgbd_1"] == slice(35, 55)


def test_deployed_spec_has_62_features_the_new_ones_last():
    spec = ObservationSpec.of(DEPLOYED_KEYS)
    assert spec.fused_size() == 62
    assert spec.keys[:7] == SEED.keys
    assert spec.feature_slices()["image_age"] == slice(60, 62)


@given(some_keys, st.integers(1, 64))
def test_slices_tile_the_features_in_order(keys, image_features):
    spec = ObservationSpec.of(keys)
    slices = spec.feature_slices(image_features)
    assert list(slices) == keys
    assert [part.start for part in slices.values()] == [
        0,
        *[part.stop for part in slices.values()][:-1],
    ]
    assert slices[keys[-1]].stop == spec.fused_size(image_features)


@given(some_keys)
def test_zeros_have_the_shapes_and_the_order(keys):
    spec = ObservationSpec.of(keys)
    zeros = spec.zeros()
    assert list(zeros) == keys
    for entry in spec:
        assert zeros[entry.key].shape == entry.shape
        assert zeros[entry.key].dtype == np.float32
    assert len(spec) == len(keys)
    assert {*(e.key for e in spec.vectors), *(e.key for e in spec.images)} == set(keys)


def test_unknown_keys_are_named():
    with pytest.raises(ValueError, match=r"lidar.*known are.*orientation"):
        ObservationSpec.of(["vel", "lidar"])
    assert "lidar" not in SEED
    with pytest.raises(KeyError, match=r"lidar.*orientation"):
        SEED["lidar"]


@pytest.mark.parametrize("keys", [[], ["vel", "vel"]])
def test_empty_and_repeated_keys_are_refused(keys):
    with pytest.raises(ValueError, match="distinct modalities"):
        ObservationSpec.of(keys)


@given(st.sampled_from(SEED.vectors), st.lists(st.floats(allow_nan=False), min_size=3, max_size=3))
def test_normalised_values_stay_in_range(entry, raw):
    value = entry.normalise(raw)
    assert value.dtype == np.float32
    assert np.all((value >= np.float32(entry.low)) & (value <= np.float32(entry.high)))


def test_normalisation_is_the_documented_one():
    assert SEED["motor_state"].normalise((10.0, -5.0, 1e3)).tolist() == [1.0, -0.5, 2.0]
    assert SEED["angular_vel"].normalise((1.5, -3.0, 3.0)).tolist() == [1.5, -2.0, 2.0]
    assert SEED["orientation"].normalise((pi, -4.0, 0.5))[1] == np.float32(-pi)
    age = ObservationSpec.of(["image_age"])["image_age"]
    assert age.normalise((inf, 0.04)).tolist() == [0.5, pytest.approx(0.04)]


def test_stale_limits_are_the_contracts():
    limits = {entry.key: entry.stale_ns for entry in MODALITIES.values()}
    assert limits == {
        "orientation": 30_000_000, "angular_vel": 30_000_000, "vel": 40_000_000,
        "motor_state": 40_000_000, "actions": None, "rgbd_0": 100_000_000,
        "rgbd_1": 100_000_000, "rgb_0": 100_000_000, "rgb_1": 100_000_000, "command": None,
        "rgbd_stack_0": 100_000_000, "rgbd_stack_1": 100_000_000,
        "slope": None, "image_age": None, "vel_history": 40_000_000, "instruction": None,
    }  # fmt: skip


def test_every_image_comes_from_a_camera_of_its_kind():
    channels = {"depth": 1, "color": 3}
    images = {e.key: e.shape for e in MODALITIES.values() if e.is_image}
    frames = {key: 4 if "stack" in key else 1 for key in IMAGES}
    assert images == {
        key: (channels[kind] * frames[key], 64, 64) for key, (_, kind) in IMAGES.items()
    }
