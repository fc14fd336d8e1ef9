"""Masks and ages of a recording over time, with reasons."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.glance import STREAMS
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.evaluation.inspection.observed import Observed

MOST_OUTAGES = 500
"""So many of them are told one by one, the first."""
BINS = 400
"""Ages over time are told as the largest of each of so many spans."""


def masks(observed: Observed) -> list[dict[str, Any]]:
    """Return of each modality the share of ticks it was trusted in, and that of each reason."""
    rows = []
    for column, key in enumerate(observed.spec.keys):
        codes, counts = np.unique(observed.reasons[:, column], return_counts=True)
        shares = {
            Reason(code).name: count / len(observed)
            for code, count in zip(codes, counts, strict=True)
        }
        rows.append({"key": key, "trusted": float(shares.pop("OK", 0.0)), "masked": shares})
    return rows


def outages(observed: Observed) -> tuple[list[dict[str, Any]], int]:
    """Return when which modality was masked and why, in order of time, and how many there were.

    An outage whose reason changes is several. The last tick of one is its end.
    """
    found: list[dict[str, Any]] = []
    times = observed.times_s
    for column, key in enumerate(observed.spec.keys):
        codes = observed.reasons[:, column]
        begins = np.flatnonzero(np.diff(codes, prepend=np.uint8(0)) != 0)
        ends = np.append(begins[1:], len(codes))[: len(begins)]
        for begin, end in zip(begins, ends, strict=True):
            if codes[begin]:
                reason = Reason(codes[begin])
                found.append(
                    {
                        "key": key, "reason": reason.name, "why": reason.text,
                        "from_s": round(float(times[begin]), 4),
                        "to_s": round(float(times[end - 1]), 4), "ticks": int(end - begin),
                    }
                )  # fmt: skip
    found.sort(key=lambda row: row["from_s"])
    return found[:MOST_OUTAGES], len(found)


def ages(observed: Observed) -> list[dict[str, Any]]:
    """Return percentiles of the age of each stream's newest sample, ms; None before any came."""
    rows = []
    for column, source in enumerate(STREAMS):
        values = observed.ages_s[:, column]
        known = values[np.isfinite(values)] * 1e3
        row: dict[str, Any] = {"stream": source.name.lower(), "never": not len(known)}
        for name, share in (("p50_ms", 50), ("p99_ms", 99), ("max_ms", 100)):
            row[name] = round(float(np.percentile(known, share)), 3) if len(known) else None
        rows.append(row)
    return rows


def _binned(values: NDArray[np.float32], edges: NDArray[np.int64]) -> list[float | None]:
    """Return the largest of each span; None where nothing had come."""
    filled = np.where(np.isfinite(values), values, -1.0)
    largest = np.maximum.reduceat(filled, edges)
    return [round(float(value) * 1e3, 3) if value >= 0.0 else None for value in largest]


def ages_over_time(observed: Observed) -> dict[str, Any]:
    """Return ``times_s`` and of each stream the largest age [ms] in each span."""
    edges = np.unique(np.linspace(0, len(observed), BINS, endpoint=False).astype(np.int64))
    streams = {
        source.name.lower(): _binned(observed.ages_s[:, column], edges)
        for column, source in enumerate(STREAMS)
    }
    return {"times_s": observed.times_s[edges].round(4).tolist(), "streams": streams}
