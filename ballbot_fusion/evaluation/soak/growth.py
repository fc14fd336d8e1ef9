"""Whether something grows: the slope over simulated time, with its interval, against a tolerance.

Theil and Sen's slope is the median of the slopes between all pairs of samples, so that a machine
that was busy for a while says nothing; its interval is Sen's ("Estimates of the regression
coefficient based on Kendall's tau", Journal of the American Statistical Association 63, 1968). A
single step is no slope: the last quarter is held against the first as well. A soak that was
resumed has several processes, each with its own level: only what happens within one counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import theilslopes

Floats = NDArray[np.float64]
FEWEST = 8
"""Samples without which nothing is said."""
MOST = 400
"""More samples than this are averaged in blocks: pairs are many."""
STEADY, GROWS, UNDECIDED = "steady", "**grows**", "not decided: too short, or too noisy"


@dataclass(frozen=True)
class Watched:
    """One thing that must not grow."""

    key: str
    """In a sample."""
    what: str
    unit: str
    tolerated: float
    """Growth over the whole soak that counts as none, in ``unit``."""


WATCHED = (
    Watched("memory_mib", "resident memory", "MiB", 16.0),
    Watched("threads", "threads", "", 0.5),
    Watched("handles", "file handles", "", 0.5),
    Watched("tick_ms", "processor time of a tick", "ms", 0.1),
)


@dataclass(frozen=True)
class Growth:
    """What became of it."""

    what: str
    unit: str
    first: float
    last: float
    """Medians of the first and the last quarter, in the first process's level."""
    growth: float
    """Slope times length."""
    least: float
    most: float
    """Ends of the interval of 95 %."""
    tolerated: float
    verdict: str


def _levelled(samples: Sequence[Mapping[str, Any]], key: str) -> tuple[Floats, Floats]:
    """Return times [s] and values with every process's level taken away, the first one's added."""
    times, values = [], []
    base = None
    for process in dict.fromkeys(sample["process"] for sample in samples):
        own = [sample for sample in samples if sample["process"] == process]
        level = float(np.median([sample[key] for sample in own]))
        middle = float(np.median([sample["at_s"] for sample in own]))
        base = level if base is None else base
        times += [sample["at_s"] - middle for sample in own]
        values += [sample[key] - level + base for sample in own]
    order = np.argsort(np.asarray(times), kind="stable")
    return np.asarray(times, np.float64)[order], np.asarray(values, np.float64)[order]


def _in_blocks(values: Floats) -> Floats:
    blocks = np.array_split(values, min(len(values), MOST))
    return np.asarray([block.mean() for block in blocks])


def _slope(times: Floats, values: Floats) -> tuple[float, float, float]:
    """Return Theil and Sen's slope with its interval of 95 %; of what never changes, zeros."""
    if np.ptp(values) == 0.0:
        return 0.0, 0.0, 0.0
    slope, _, low, high = theilslopes(values, times, 0.95)
    return float(slope), float(low), float(high)


def growth(watched: Watched, samples: Sequence[Mapping[str, Any]]) -> Growth:
    """Judge one thing.

    Args:
        watched: what.
        samples: each with ``process``, ``at_s`` (simulated seconds since its process began) and
            the thing's key.
    """
    if len(samples) < FEWEST:
        level = float(samples[0][watched.key]) if samples else 0.0
        return Growth(
            watched.what, watched.unit, level, level, 0.0, 0.0, 0.0, watched.tolerated, UNDECIDED
        )
    times, values = (_in_blocks(part) for part in _levelled(samples, watched.key))
    slope, low, high = _slope(times, values)
    length = float(times[-1] - times[0])
    quarter = max(len(values) // 4, 1)
    first, last = float(np.median(values[:quarter])), float(np.median(values[-quarter:]))
    verdict = STEADY if high * length <= watched.tolerated else UNDECIDED
    if low * length > watched.tolerated or last - first > watched.tolerated:
        verdict = GROWS
    return Growth(
        watched.what, watched.unit, first, last, slope * length, low * length, high * length,
        watched.tolerated, verdict,
    )  # fmt: skip
