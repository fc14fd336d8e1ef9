"""Times and processor times of short calls, and rows of what was found over repeats."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.evaluation.results import Row, quantile

T = TypeVar("T")
PERCENTILES = (50.0, 90.0, 99.0)


class Block(NamedTuple):
    """Calls made one after the other."""

    times_us: NDArray[np.float64]
    """Of each call, by the clock."""
    cpu_us: float
    """Processor time of a call, the mean; other processes on the machine do not count."""

    def figures(self) -> dict[str, float]:
        """Percentiles and processor time, by metric."""
        found = np.percentile(self.times_us, PERCENTILES)
        named = {f"p{p:g}_us": float(v) for p, v in zip(PERCENTILES, found, strict=True)}
        return {**named, "cpu_us": self.cpu_us}


def block(call: Callable[[int], object], calls: int) -> Block:
    """Make ``calls`` calls; each is told its number."""
    times = np.empty(calls)
    before = time.process_time_ns()
    for number in range(calls):
        begin = time.perf_counter_ns()
        call(number)
        times[number] = time.perf_counter_ns() - begin
    return Block(times * 1e-3, (time.process_time_ns() - before) * 1e-3 / calls)


def rate(call: Callable[[], object], seconds: float) -> float:
    """Calls a second, over at least ``seconds`` and one call."""
    calls, begin = 0, time.perf_counter()
    while True:
        call()
        calls += 1
        passed = time.perf_counter() - begin
        if passed >= seconds:
            return calls / passed


class Repeats:
    """Figures of several cases over interleaved repeats."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def add(self, case: str, figures: Mapping[str, float]) -> None:
        """Add what one repeat found of a case."""
        for metric, value in figures.items():
            self._found[case][metric].append(value)

    def of(self, case: str, metric: str) -> list[float]:
        """What the repeats found, in their order."""
        return list(self._found[case][metric])

    def has(self, case: str) -> bool:
        """Whether anything was found of a case."""
        return case in self._found

    def rows(
        self, goals: Mapping[tuple[str, str], float] | None = None, *, least: bool = False
    ) -> list[Row]:
        """Medians over the repeats, with the range that holds the true one; goals by case, metric.

        ``least``: goals are reached by what is as large, not as small.
        """
        return [
            quantile(case, metric, values, goal=(goals or {}).get((case, metric)), least=least)
            for case, metrics in self._found.items()
            for metric, values in metrics.items()
        ]

    def ratios(
        self, case: str, metric: str, above: tuple[str, str], below: tuple[str, str],
        goal: float | None = None, *, least: bool = False,
    ) -> Row:  # fmt: skip
        """Median of the repeats' ratios of two figures, each given as case and metric."""
        pairs = zip(self.of(*above), self.of(*below), strict=True)
        found: Sequence[float] = [a / b for a, b in pairs]
        return quantile(case, metric, found, goal=goal, least=least)


def turned(cases: Sequence[T], repeat: int) -> list[T]:
    """Cases in the order of a repeat: whoever comes first differs from one to the next."""
    first = repeat % len(cases) if cases else 0
    return [*cases[first:], *cases[:first]]
