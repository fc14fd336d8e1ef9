"""What an examination of the calibration found, as rows: errors before and after, and refusals."""

from collections.abc import Sequence
from typing import Any

from ballbot_fusion.evaluation.calibration.trial import GOALS
from ballbot_fusion.evaluation.results import Row, quantile, share

CASES = {
    "gyro_deg_s": ("gyro, deg/s", 1.0),
    "upright_deg": ("lean of a robot that stands upright, degrees", 1.0),
    "balance_deg": ("lean in balance, degrees", 1.0),
    "radius": ("wheel radius, %", 100.0),
}
"""What tables call the errors of ``trial``, and the factor that gives them that unit."""
P95 = 0.95


def rows(robots: Sequence[dict[str, Any]]) -> list[Row]:
    """Return rows of ``robots``, each as ``trial`` returns it."""
    refused = [not robot["refused"] for robot in robots]
    found = [share("all four steps", "not_refused", refused, 1.0)]
    for name, (case, factor) in CASES.items():
        goal = GOALS[name]
        before, after = ([robot[when][name] for robot in robots] for when in ("before", "after"))
        found += [
            quantile(case, "p95_error_before", [factor * error for error in before], P95),
            quantile(case, "p95_error_after", [factor * e for e in after], P95, factor * goal),
            share(case, "within_goal", [error <= goal for error in after], 1.0),
        ]
    return found
