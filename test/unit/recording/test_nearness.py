"""Commands of two runs compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.recording.nearness import NEAR_NS, SETTLED_S, Nearness, in_words

TICK_NS, COUNT = 5_000_000, 600


def two_runs(off: float, late_ns: int) -> Nearness:
    """The second run answers ``late_ns`` later with efforts that are ``off`` by so much, N m."""
    runs = Nearness()
    for number in range(COUNT):
        stamp = number * TICK_NS
        runs.recorded[stamp] = (0.01 * number, 0.0, 0.0)
        runs.heard[stamp + late_ns] = (0.01 * number, 0.0, off)
    return runs


@given(st.floats(-1.0, 1.0), st.integers(-TICK_NS // 2 + 1, TICK_NS // 2 - 1))
def test_each_command_meets_that_of_the_nearest_sample(off: float, late_ns: int) -> None:
    found = two_runs(off, late_ns).figures()
    settled = COUNT - round(SETTLED_S * 1e9) // TICK_NS
    assert found["compared"] == settled - (late_ns < 0)
    assert found["apart_mean_n_m"] == pytest.approx(abs(off))
    assert found["apart_max_n_m"] == abs(off)
    assert found["same_bits"] == (found["compared"] if off == 0.0 else 0)


def test_what_is_too_far_away_is_not_compared() -> None:
    runs = two_runs(0.0, 0)
    last = (COUNT - 1) * TICK_NS
    runs.heard = {last + NEAR_NS: (1.0, 0.0, 0.0), last + NEAR_NS + 1: (1.0, 0.0, 0.0)}
    assert runs.figures()["compared"] == 1


def test_commands_of_other_wheels_are_not_compared() -> None:
    runs = two_runs(0.0, 0)
    runs.heard = {(COUNT - 1) * TICK_NS: (1.0, 0.0)}
    assert runs.figures()["compared"] == 0


def test_nothing_to_compare_is_said() -> None:
    runs = Nearness()
    runs.heard = {0: (0.0, 0.0, 0.0), TICK_NS: (0.0, 0.0, 0.0)}
    said = in_words(runs.figures())
    assert "No command can be compared: 0 are in the recording, 2 were heard" in said
