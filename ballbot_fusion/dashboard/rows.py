"""Rows of the page's tables as plain data."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from ballbot_fusion.core.glance import Glance
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.sensing import NEEDED

Values = Mapping[str, str]
"""Key-value pairs of one node's diagnostics."""
NOTHING = "–"
LEVELS = {0: "good", 1: "warn", 2: "bad", 3: "bad"}
"""Level of diagnostic_msgs/DiagnosticStatus -> how bad."""


def stream_of(key: str) -> str:
    """Name of the stream that a modality is as old as; empty for what no sensor gives."""
    needed = NEEDED.get(key, ())
    return needed[0].name.lower() if needed else ""


def number(text: str | None) -> float | None:
    """Read a finite number; None from anything else: anybody may publish diagnostics."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) else None


def modality_rows(glance: Glance | None, inference: Values) -> list[dict[str, Any]]:
    """One row for each modality: whether it is trusted, why not, its rate and age.

    Args:
        glance: None when there is no fresh one: then nothing is known, and nothing is returned.
        inference: its diagnostics, for the rates.
    """
    if glance is None:
        return []
    rows = []
    for key, reason in glance.reasons.items():
        stream = stream_of(key)
        rate, age_s = number(inference.get(f"{stream}.hz")), glance.ages_s.get(stream)
        rows.append(
            {
                "key": key,
                "trusted": reason is Reason.OK,
                "reason": "" if reason is Reason.OK else reason.text,
                "rate": NOTHING if rate is None else f"{rate:.0f} Hz",
                "age": NOTHING if age_s is None else f"{age_s * 1e3:.0f} ms",
            }
        )
    return rows
