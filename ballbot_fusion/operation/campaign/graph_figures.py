"""What the report says of runs through the graph: only those that count, and how many did not."""

import re
from collections.abc import Sequence
from typing import Any

from ballbot_fusion.evaluation.results import share
from ballbot_fusion.evaluation.scenario import Scenario


def log_name(scenario: Scenario) -> str:
    """Return what the files of a run are called, without their ending."""
    return re.sub(r"\W+", "_", f"{scenario.case}_{scenario.seed}")


def _largest(episodes: Sequence[dict[str, Any]], name: str) -> float | None:
    found = [entry[name] for entry in episodes if entry.get(name) is not None]
    return max(found, default=None)


def figures(episodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one entry per case, in the order in which they came.

    Args:
        episodes: each with ``case``, ``counted``, ``upright``, ``kept`` (it did what is
            documented), ``takeover_s``, ``zero_s`` and ``tilt_deg``.
    """
    found = []
    for case in dict.fromkeys(entry["case"] for entry in episodes):
        own = [entry for entry in episodes if entry["case"] == case]
        counted = [entry for entry in own if entry["counted"]]
        upright = [entry["upright"] for entry in counted]
        row = share(case, "upright", upright, None) if upright else None
        found.append(
            {
                "case": case,
                "n": len(own),
                "counted": len(counted),
                "upright": None if row is None else row.value,
                "low": None if row is None else row.low,
                "high": None if row is None else row.high,
                "takeover_s": _largest(counted, "takeover_s"),
                "zero_s": _largest(counted, "zero_s"),
                "tilt_deg": _largest(counted, "tilt_deg"),
                # Runs that do not count prove nothing: without any that do, nothing is kept.
                "met": bool(counted) and all(entry["kept"] for entry in counted),
            }
        )
    return found
