import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core.familiarity import JUDGED, Familiarity
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec

SPEC = ObservationSpec.of(DEPLOYED_KEYS)
SEEN = {
    key: {"min": [-1.0] * SPEC[key].size, "max": [3.0] * SPEC[key].size} for key in DEPLOYED_KEYS
}
ALL = np.ones(len(SPEC), np.float32)


def _observation(key: str = "vel", value: float = 0.0) -> dict[str, np.ndarray]:
    observation = {entry.key: np.zeros(entry.shape, np.float32) for entry in SPEC}
    observation[key].flat[0] = value
    return observation


@given(st.sampled_from(JUDGED), st.floats(-9.0, 9.0, width=32))
def test_a_quarter_of_the_span_beyond_what_training_saw_is_familiar(key, value):
    defect = Familiarity(SPEC, SEEN).defect(_observation(key, value), ALL)
    assert bool(defect) == (not -2.0 <= value <= 4.0)
    assert defect.startswith(key) == bool(defect)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_not_familiar(value):
    assert "familiar are -2.00 to 4.00" in Familiarity(SPEC, SEEN).defect(
        _observation("slope", value), ALL
    )


@given(st.sampled_from(JUDGED))
def test_what_is_masked_is_not_judged(key):
    mask = ALL.copy()
    mask[SPEC.keys.index(key)] = 0.0
    assert not Familiarity(SPEC, SEEN).defect(_observation(key, 99.0), mask)


@given(st.sampled_from([key for key in DEPLOYED_KEYS if key not in JUDGED]))
def test_only_the_robots_own_state_is_judged(key):
    assert not Familiarity(SPEC, SEEN).defect(_observation(key, 99.0), ALL)


def test_a_number_that_never_changed_in_training_may_be_a_little_off():
    still = Familiarity(SPEC, {"vel": {"min": [0.0] * 3, "max": [0.0] * 3}})
    assert not still.defect(_observation("vel", 0.02), ALL)
    assert still.defect(_observation("vel", 0.03), ALL)


def test_what_the_file_does_not_tell_is_not_judged():
    assert not Familiarity(SPEC, {}).defect(_observation("vel", 99.0), ALL)
