"""What a policy is compared with, on the same seeds: baselines, and itself with something taken."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ballbot_fusion.evaluation.results import Row, difference
from ballbot_fusion.evaluation.scenario import LQR, MASK, SIGHT, Scenario

BLIND = "blind"
BASELINES = (LQR, BLIND)
SAFE = "no_fall_no_contact"
"""The metric of hazard courses that comparisons have goals for."""
LARGEST = {LQR: 0.10, f"{BLIND}, {MASK} ablated": 0.40, f"{SIGHT} ablated": 0.40}
"""What ``SAFE`` may be at most, by comparison: else the courses do not need eyes."""
COSTS = (SAFE, "goal_reached", "stopped_and_balanced", "upright")
"""Metrics that are shares of successes, of which an ablation costs points."""
LEAST_COST = 0.20
"""What ablating the mask must take from ``SAFE``: else masks do not matter."""


@dataclass(frozen=True)
class Comparison:
    """One way to run a suite beside the policy itself."""

    lqr: bool = False
    """The classical controller instead of the policy."""
    blind: bool = False
    """Without cameras from the beginning: both are masked in every tick."""
    ablate: str | None = None
    """See ``Scenario.ablate``."""

    @property
    def name(self) -> str:
        """What tables and plots call it."""
        parts = [LQR] * self.lqr + [BLIND] * self.blind
        return ", ".join([*parts, f"{self.ablate} ablated"] if self.ablate else parts)

    def of(self, scenarios: Sequence[Scenario]) -> list[Scenario]:
        """Return scenarios of the policy, or of the LQR, as this comparison runs them."""
        return [
            replace(entry, cameras=entry.cameras and not self.blind, ablate=self.ablate)
            for entry in scenarios
        ]


def comparisons(baselines: Sequence[str], ablate: str | None) -> list[Comparison]:
    """Return those that are asked for; blind and robbed of its masks is one more.

    A policy that has learnt to stop when it is told that it sees nothing is only blind for the
    course when it is not told.
    """
    found = [Comparison(lqr=True)] if LQR in baselines else []
    if BLIND in baselines:
        found.append(Comparison(blind=True))
    if ablate is not None:
        found.append(Comparison(ablate=ablate))
    if BLIND in baselines and ablate == MASK:
        found.append(Comparison(blind=True, ablate=MASK))
    return found


def _judged(row: Row, comparison: Comparison, own: Row) -> Row:
    """Give a row of a comparison its name; the goals of the policy are not its."""
    largest = LARGEST.get(comparison.name) if row.metric == SAFE and own.goal is not None else None
    met = None if largest is None else row.value <= largest
    return replace(row, case=f"{row.case} ({comparison.name})", goal=largest, met=met)


def _costs(own: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    """What each share that has a goal loses."""
    there = {(row.case, row.metric): row for row in others}
    return [
        difference(
            f"{row.metric}_lost_without_{MASK}",
            row,
            there[row.case, row.metric],
            LEAST_COST if row.metric == SAFE else None,
        )
        for row in own
        if row.metric in COSTS and row.goal is not None and (row.case, row.metric) in there
    ]


def compared(own: Sequence[Row], comparison: Comparison, others: Sequence[Row]) -> list[Row]:
    """Return the rows of a comparison, then what it takes away.

    Args:
        own: rows of the policy itself.
        comparison: how ``others`` came about.
        others: rows of the same suite.
    """
    mine = {(row.case, row.metric): row for row in own}
    found = [_judged(row, comparison, mine.get((row.case, row.metric), row)) for row in others]
    return found + (_costs(own, others) if comparison == Comparison(ablate=MASK) else [])
