from math import sqrt

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ballbot_fusion.evaluation.results import at_most, quantile, report, share


def test_wilson_interval_of_98_in_100() -> None:
    """Wilson's formula (Journal of the American Statistical Association 22, 1927), written out."""
    n, p, z = 100, 0.98, 1.959963985
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    row = share("rough", "upright", [True] * 98 + [False] * 2, 0.98)
    assert (row.n, row.value, row.met) == (n, p, True)
    assert (row.low, row.high) == pytest.approx((middle - half, middle + half))


@given(st.lists(st.booleans(), min_size=1, max_size=50))
def test_a_share_lies_in_its_interval(successes: list[bool]) -> None:
    row = share("c", "m", successes, None)
    assert 0.0 <= row.low <= row.value + 1e-12
    assert row.value <= row.high + 1e-12 <= 1.0 + 2e-12
    assert row.met is None


def test_one_failure_misses_a_goal_of_all() -> None:
    assert share("flat", "upright", [True] * 99 + [False], 1.0).met is False


@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=20))
@example([0.0, 9.6e-235])
@example([1e-99, 3e-99, 2e-99])
def test_a_mean_lies_in_its_interval(values: list[float]) -> None:
    row = at_most("c", "m", values, 5.0)
    assert row.low - 1e-9 <= row.value <= row.high + 1e-9
    assert row.met is (row.value <= 5.0)


def test_a_mean_has_the_same_interval_every_time() -> None:
    values = [0.1, 0.4, 0.2, 0.3]
    assert at_most("c", "m", values, None) == at_most("c", "m", values, None)


def test_a_report_keeps_the_agreed_keys_first() -> None:
    found = report("s", "p", 3, [share("c", "m", [True], None)], more=1)
    assert list(found) == ["suite", "policy", "seed", "rows", "more"]
    assert list(found["rows"][0]) == [
        "case", "metric", "n", "value", "low", "high", "goal", "met",
    ]  # fmt: skip


@pytest.mark.parametrize("p", [0.5, 0.99])
def test_quantiles_have_intervals_that_hold_them(p: float) -> None:
    values = np.random.default_rng(0).exponential(100.0, 2000)
    row = quantile("a", "m", values, p)
    truth = -100.0 * np.log(1.0 - p)
    assert row.low < truth < row.high
    assert row.low < row.value < row.high
    few = quantile("a", "m", values[:5], p)
    assert np.isfinite([few.low, few.high]).all()
    assert few.low <= few.value <= few.high


def test_goals_of_quantiles_are_largest_or_least_values() -> None:
    assert quantile("c", "m", [1.0, 2.0, 9.0], goal=2.0).met is True
    assert quantile("c", "m", [1.0, 2.0, 9.0], goal=1.9).met is False
    assert quantile("c", "m", [1.0, 2.0, 9.0], goal=1.9, least=True).met is True
    assert quantile("c", "m", [1.0, 2.0, 9.0], goal=2.1, least=True).met is False
