"""Rows of a table from what the recordings proved."""

from collections.abc import Iterator, Sequence
from typing import Any

from ballbot_fusion.evaluation.replay_outcome import Cause
from ballbot_fusion.evaluation.results import Row, share

ALL = "all"


def _counted(
    metric: str, total: int, number: int, case: str = ALL, goal: float | None = None
) -> Row:
    """Share of ticks, every one of which was looked at: no estimate, and no interval.

    Recordings without any tick prove nothing: a share of none.
    """
    value = number / total if total else 0.0
    met = None if goal is None else value >= goal
    return Row(case, metric, total, value, value, value, goal, met)


def _sum(entries: Sequence[dict[str, Any]], key: str) -> int:
    return sum(entry[key] for entry in entries)


def _identical(case: str, entries: Sequence[dict[str, Any]]) -> Iterator[Row]:
    every = [entry["identical"] == entry["ticks"] > 0 for entry in entries]
    ticks, same = _sum(entries, "ticks"), _sum(entries, "identical")
    yield share(case, "recordings_identical", every, 1.0)
    yield _counted("ticks_identical", ticks, same, case, 1.0)


def rows(entries: Sequence[dict[str, Any]]) -> list[Row]:
    """Return one table: all recordings, then by what failed in them."""
    ticks = _sum(entries, "ticks")
    found = [*_identical(ALL, entries)]
    found += [
        _counted(f"ticks_{cause}", ticks, sum(entry["causes"][cause] for entry in entries))
        for cause in Cause
    ]
    found.append(share(ALL, "whole", [entry["whole"] for entry in entries], None))
    found.append(share(ALL, "stripped_same", [entry["stripped_same"] for entry in entries], 1.0))
    # Where no tick could show it (None) nothing is proven.
    told = [entry["flipped_bit_told"] is True for entry in entries]
    found.append(share(ALL, "flipped_bit_told", told, 1.0))
    if took := [entry["took_effect"] for entry in entries if entry["took_effect"] is not None]:
        found.append(share(ALL, "fault_took_effect", took, 1.0))
    for group in dict.fromkeys(entry["group"] for entry in entries):
        found += _identical(group, [entry for entry in entries if entry["group"] == group])
    return found
