"""Results as rows: one metric of one case, with its interval and its goal."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import hypot
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, bootstrap, quantile_test

CONFIDENCE = 0.95
SMALLEST_SPREAD = 1e-100
"""Values nearer to each other are the same: the bootstrap's third powers of less are zero."""
COLUMNS = ("case", "metric", "n", "value", "low", "high", "goal", "met")
"""What a row has, in the order in which tables show it."""


@dataclass(frozen=True)
class Row:
    """One figure."""

    case: str
    metric: str
    n: int
    value: float
    low: float
    high: float
    goal: float | None
    met: bool | None
    """Whether ``value`` (the point estimate) reaches the goal."""


def by_case(
    episodes: Sequence[dict[str, Any]],
) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Terrain, case and episodes of every pair of the former, as they come."""
    for terrain, case in dict.fromkeys((entry["terrain"], entry["case"]) for entry in episodes):
        yield terrain, case, [e for e in episodes if (e["terrain"], e["case"]) == (terrain, case)]


def share(case: str, metric: str, successes: Sequence[bool], goal: float | None) -> Row:
    """Share of successes with its Wilson interval; the goal is a least share."""
    count, total = sum(successes), len(successes)
    interval = binomtest(count, total).proportion_ci(CONFIDENCE, method="wilson")
    value = count / total
    met = None if goal is None else value >= goal
    return Row(case, metric, total, value, float(interval.low), float(interval.high), goal, met)


def _mean(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean and its bootstrap interval over episodes."""
    array = np.asarray(values, np.float64)
    value = float(array.mean())
    if len(array) < 2 or np.ptp(array) < SMALLEST_SPREAD:
        return value, value, value
    interval = bootstrap(
        (array,), np.mean, confidence_level=CONFIDENCE, rng=np.random.default_rng(0)
    ).confidence_interval
    return value, float(interval.low), float(interval.high)


def at_most(case: str, metric: str, values: Sequence[float], goal: float | None) -> Row:
    """Mean of a figure that should be small, with its interval."""
    mean = _mean(values)
    met = None if goal is None else mean[0] <= goal
    return Row(case, metric, len(values), *mean, goal, met)


def at_least(case: str, metric: str, values: Sequence[float], goal: float | None) -> Row:
    """Mean of a figure that should be large, with its interval."""
    mean = _mean(values)
    met = None if goal is None else mean[0] >= goal
    return Row(case, metric, len(values), *mean, goal, met)


def quantile(
    case: str,
    metric: str,
    values: Sequence[float] | NDArray[np.float64],
    share: float = 0.5,
    goal: float | None = None,
    *,
    least: bool = False,
) -> Row:
    """A quantile with its distribution-free interval (order statistics).

    The interval of few values, fewer than it takes, is their range. The goal is a largest value,
    or with ``least`` a least one.
    """
    array = np.asarray(values, np.float64)
    value = float(np.quantile(array, share))
    low, high = float(array.min()), float(array.max())
    if len(array) > 1:
        found: Any = quantile_test(array, q=value, p=share).confidence_interval(CONFIDENCE)
        low = float(found.low) if np.isfinite(found.low) else low
        high = float(found.high) if np.isfinite(found.high) else high
    met = None if goal is None else (value >= goal if least else value <= goal)
    return Row(case, metric, len(array), value, low, high, goal, met)


def ratio(
    case: str, metric: str, values: Sequence[float], others: Sequence[float], goal: float | None
) -> Row:
    """Ratio of two means over the same cases, pair by pair, with its bootstrap interval.

    The goal is a least ratio. Others that are all zero give a ratio of 0.
    """
    pairs = np.asarray([values, others], np.float64)

    def of(own: NDArray[np.float64], other: NDArray[np.float64], axis: int = -1) -> Any:
        below = other.mean(axis)
        return np.divide(own.mean(axis), below, out=np.zeros_like(below), where=below > 0.0)

    value = float(of(pairs[0], pairs[1]))
    low = high = value
    if pairs.shape[1] > 1 and np.ptp(pairs, axis=1).any():
        interval = bootstrap(
            tuple(pairs), of, paired=True, vectorized=True, method="percentile",
            confidence_level=CONFIDENCE, rng=np.random.default_rng(0),
        ).confidence_interval  # fmt: skip
        low, high = float(interval.low), float(interval.high)
    met = None if goal is None else value >= goal
    return Row(case, metric, pairs.shape[1], value, low, high, goal, met)


def difference(metric: str, row: Row, other: Row, goal: float | None) -> Row:
    """How much larger ``row`` is than ``other``; the goal is a least difference.

    The interval is that of two independent figures, from their own intervals (Zou and Donner,
    "Construction of confidence limits about effect measures", Statistics in Medicine 27, 2008; for
    shares with Wilson's intervals it is Newcombe's).
    """
    value = row.value - other.value
    low = value - hypot(row.value - row.low, other.high - other.value)
    high = value + hypot(row.high - row.value, other.value - other.low)
    # 0.98 - 0.78 is a little less than 0.2 in floating point.
    met = None if goal is None else value >= goal - 1e-9
    return Row(row.case, metric, min(row.n, other.n), value, low, high, goal, met)


def report(suite: str, policy: str, seed: int, rows: Sequence[Row], **more: Any) -> dict[str, Any]:
    """Return an evaluation as every reader of them expects it."""
    return {
        "suite": suite,
        "policy": policy,
        "seed": seed,
        "rows": [asdict(row) for row in rows],
        **more,
    }
