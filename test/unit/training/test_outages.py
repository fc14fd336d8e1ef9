import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.training.outages import OutageSettings, outages

SPEC = ObservationSpec.of(DEPLOYED_KEYS)
HOW = OutageSettings()


def drawn(seed: int, how: OutageSettings = HOW) -> np.ndarray:
    return outages(np.random.default_rng(seed), SPEC, 4000, 200, how)


@given(st.integers(0, 2**31))
@settings(max_examples=20)
def test_what_cannot_fail_never_does(seed: int) -> None:
    shown = drawn(seed)
    for key in ("command", "slope", "image_age"):
        assert shown[:, SPEC.keys.index(key)].all()


def test_every_sensor_fails_now_and_then_and_works_mostly() -> None:
    shares = np.mean([drawn(seed).mean(axis=0) for seed in range(60)], axis=0)
    for key, share in zip(SPEC.keys, shares, strict=True):
        if key not in ("command", "slope", "image_age"):
            assert 0.5 < share < 0.995, key


def test_cameras_fail_for_seconds_alone_and_together() -> None:
    left, right = (SPEC.keys.index(key) for key in ("rgbd_0", "rgbd_1"))
    shown = np.concatenate([drawn(seed) for seed in range(60)])
    alone = (shown[:, left] != shown[:, right]).mean()
    together = (~shown[:, left] & ~shown[:, right]).mean()
    assert alone > 0.1
    assert together > 0.05


def test_the_same_seed_gives_the_same_outages() -> None:
    np.testing.assert_array_equal(drawn(7), drawn(7))
    assert (drawn(7) != drawn(8)).any()
