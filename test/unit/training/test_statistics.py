import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.statistics import AT_ONCE, statistics

SPEC = ObservationSpec.of(["vel", "rgbd_0"])


def drawn(ticks: int, frames: int, seed: int) -> Samples:
    """Random ticks, about half of which trust each modality."""
    random = np.random.default_rng(seed)
    return Samples(
        vectors={"vel": random.normal(size=(ticks, 3)).astype(np.float32)},
        frames={"rgbd_0": random.random((frames, 1, 4, 4)).astype(np.float16)},
        frame_index={"rgbd_0": random.integers(0, frames, ticks)},
        mask=random.integers(0, 2, (ticks, 2)).astype(np.float32),
        actions=np.zeros((ticks, 4, 3), np.float32),
        velocities=np.zeros((ticks, 4, 3), np.float32),
    )


@given(st.integers(1, 3000), st.integers(1, 3 * AT_ONCE), st.integers(0, 999))
@example(3000, 3 * AT_ONCE, 0)
def test_they_are_those_of_all_trusted_numbers(ticks: int, frames: int, seed: int) -> None:
    samples = drawn(ticks, frames, seed)
    found = statistics(samples, SPEC)
    felt, seen = (samples.mask[:, column] > 0.5 for column in (0, 1))
    used = sorted(set(samples.frame_index["rgbd_0"][seen]))
    pixels = samples.frames["rgbd_0"][used].astype(np.float64).reshape(-1, 1)
    for key, values in (("vel", samples.vectors["vel"][felt]), ("rgbd_0", pixels)):
        if not len(values):
            assert key not in found
            continue
        for name, numbers in found[key].items():
            assert numbers == pytest.approx(getattr(values, name)(axis=0), rel=1e-5, abs=1e-6)
