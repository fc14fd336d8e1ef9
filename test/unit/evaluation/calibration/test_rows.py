"""What is said of many calibrated robots: errors before and after, goals, and refusals."""

from typing import Any

import pytest

from ballbot_fusion.evaluation.calibration.rows import CASES, rows
from ballbot_fusion.evaluation.calibration.trial import GOALS
from ballbot_fusion.evaluation.results import Row


def robot(factor: float, refused: bool = False) -> dict[str, Any]:
    """Errors of ``factor`` times the goals after, and ten times that before."""
    after = {name: factor * goal for name, goal in GOALS.items()}
    before = {name: 10.0 * error for name, error in after.items()}
    return {"before": before, "after": after, "refused": {"imu": "it moved"} if refused else {}}


def found(*robots: dict[str, Any]) -> dict[tuple[str, str], Row]:
    return {(row.case, row.metric): row for row in rows(robots)}


def test_every_error_has_a_goal_and_a_name() -> None:
    assert set(CASES) == set(GOALS)


def test_robots_within_the_goals_meet_them() -> None:
    by_name = found(*[robot(0.5)] * 20)
    assert all(row.met for row in by_name.values() if row.goal is not None)
    radius = by_name["wheel radius, %", "p95_error_after"]
    assert (radius.value, radius.goal) == (pytest.approx(1.0), pytest.approx(2.0))
    assert by_name["wheel radius, %", "p95_error_before"].value == pytest.approx(10.0)


def test_one_robot_beyond_a_goal_and_one_refusal_show() -> None:
    by_name = found(*[robot(0.5)] * 18, robot(3.0), robot(0.5, refused=True))
    within = by_name["gyro, deg/s", "within_goal"]
    assert (within.value, within.met) == (0.95, False)
    assert by_name["gyro, deg/s", "p95_error_after"].high == pytest.approx(0.15)
    steps = by_name["all four steps", "not_refused"]
    assert (steps.value, steps.met) == (0.95, False)
