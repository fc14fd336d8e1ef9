"""Figures as cells of tables: value, 95 % interval, how many."""

from collections.abc import Mapping
from typing import Any

NOT_MEASURED = "not measured"
SHARES = (
    "upright",
    "no_fall_no_contact",
    "goal_reached",
    "stopped_and_balanced",
)
"""Metrics that are shares of episodes: shown in per cent."""


def number(value: float) -> str:
    """Three significant digits, without an exponent where people would write none."""
    return f"{value:.0f}" if abs(value) >= 1000.0 else f"{value:.3g}"


def cell(row: Mapping[str, Any] | None) -> str:
    """Return ``value (low to high), n N``; one episode has no interval."""
    if row is None:
        return NOT_MEASURED
    scale, unit = (100.0, " %") if row["metric"] in SHARES else (1.0, "")
    value, low, high = (number(scale * row[name]) for name in ("value", "low", "high"))
    interval = f" ({low} to {high})" if row["n"] > 1 else ""
    return f"{value}{unit}{interval}, n {row['n']}"


def short(row: Mapping[str, Any] | None) -> str:
    """Return ``value (low to high)``."""
    if row is None:
        return "-"
    value, low, high = (number(row[name]) for name in ("value", "low", "high"))
    return f"{value} ({low} to {high})"
