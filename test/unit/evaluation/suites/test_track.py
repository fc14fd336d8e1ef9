from itertools import pairwise
from math import hypot
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.core.command import CommandLimits, limited
from ballbot_fusion.evaluation.scenario import LQR, Scenario
from ballbot_fusion.evaluation.suites import track, transfer
from ballbot_fusion.evaluation.suites.drives import REACH_M, STEP_S, circle, steps
from ballbot_fusion.simulation.drivetrains import DRIVETRAINS

SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=50, deadline=None)
@given(SEEDS)
def test_steps_stay_within_limits_and_ground(seed: int) -> None:
    orders, x, y = steps(seed, 60.0), 0.0, 0.0
    assert [order.start_s for order in orders] == [STEP_S * k for k in range(12)]
    for order in orders:
        assert limited(order.velocity, CommandLimits()) == order.velocity
        assert hypot(*order.velocity[:2]) <= 0.6
        x, y = x + STEP_S * order.velocity[0], y + STEP_S * order.velocity[1]
        assert hypot(x, y) <= REACH_M
    assert all(a.velocity != b.velocity for a, b in pairwise(orders))
    assert orders[0].velocity == (0.6, 0.0, 0.0)
    assert steps(seed, 60.0) == orders
    assert steps(seed, 20.0) == orders[:4], "a shorter episode begins as the longer one"


@settings(max_examples=50, deadline=None)
@given(SEEDS)
def test_circles_stay_within_limits_and_ground(seed: int) -> None:
    (order,) = circle(seed)
    vx, vy, turn = order.velocity
    assert limited(order.velocity, CommandLimits()) == order.velocity
    assert 0.2 <= vx <= 0.5
    assert vy == 0.0
    assert 0.3 <= abs(turn) <= 0.8
    assert 2.0 * vx / abs(turn) < 5.0


def test_seeds_drive_differently() -> None:
    assert len({steps(seed, 60.0) for seed in range(20)}) == 20
    assert len({circle(seed) for seed in range(20)}) == 20
    assert {circle(seed)[0].velocity[2] > 0.0 for seed in range(20)} == {True, False}


def run(case: str, seconds: float) -> dict[str, Any]:
    found = track.scenarios(LQR, ["flat"], [1], seconds)
    (scenario,) = (entry for entry in found if entry.case == case)
    return track.run(Scenario(**{**vars(scenario), "cameras": False}))


def test_a_tiny_drive_from_end_to_end() -> None:
    """The estimate is judged against the truth; without noise it is good: 0.03 m/s at 0.5 m/s."""
    episode = run(track.PERFECT, 3.0)
    assert episode["success"]
    assert 0.0 < episode["vel_rmse"] < 0.03
    assert episode["tracking_rmse"] < 0.08, "it does drive at 0.5 m/s"
    assert 0.5 < episode["settling_s"] < 2.0
    assert episode["forward_speed"] == pytest.approx(0.5, abs=0.05)
    rows = {row.metric: row for row in track.rows([episode])}
    assert rows["vel_estimate_rmse"].case == "flat, perfect sensors"
    assert rows["vel_estimate_rmse"].met is True


def episode(terrain: str, case: str, **values: Any) -> dict[str, Any]:
    usual = {
        "vel_rmse": 0.05, "tracking_rmse": 0.1, "yaw_rate_rmse": 0.02, "settling_s": 1.9,
        "forward_speed": 0.49, "success": True,
    }  # fmt: skip
    return {"terrain": terrain, "case": case, **usual, **values}


def test_goals() -> None:
    cases = (track.STEPS, track.CIRCLES, track.FORWARD, track.NOISY, track.PERFECT)
    found = track.rows([episode(t, case) for t in ("flat", "rough") for case in cases])
    goals = {(row.case, row.metric): (row.goal, row.met) for row in found if row.goal is not None}
    assert goals == {
        ("flat, steps", "vel_tracking_rmse"): (0.08, False),
        ("flat, steps", "settling_s"): (2.0, True),
        ("rough, steps", "vel_tracking_rmse"): (0.15, True),
        ("rough, steps", "settling_s"): (2.0, True),
        ("rough, forward", "forward_speed"): (0.5, False),
        ("flat, noisy sensors", "vel_estimate_rmse"): (0.06, True),
        ("flat, perfect sensors", "vel_estimate_rmse"): (0.03, False),
        ("rough, noisy sensors", "vel_estimate_rmse"): (0.06, True),
        ("rough, perfect sensors", "vel_estimate_rmse"): (0.03, False),
    }
    assert {row.case for row in found if row.metric == "upright"} == {
        f"{terrain}, {case}" for terrain in ("flat", "rough") for case in cases
    }


def test_episodes_that_fell_at_once_have_no_error_but_count_as_fallen() -> None:
    fallen = episode("flat", track.STEPS, tracking_rmse=None, settling_s=5.0, success=False)
    rows = {row.metric: row for row in track.rows([fallen, episode("flat", track.STEPS)])}
    assert (rows["vel_tracking_rmse"].n, rows["vel_tracking_rmse"].value) == (1, 0.1)
    assert (rows["upright"].n, rows["upright"].value) == (2, 0.5)
    assert rows["settling_s"].met is False


def test_transfer_changes_the_robot_and_nothing_else() -> None:
    found = transfer.scenarios(LQR, ["flat"], [1, 2], 20.0)
    others = [name for name in DRIVETRAINS if name != "ideal"]
    assert [(s.case, s.randomise, s.drivetrain) for s in found if s.seed == 1] == [
        ("randomised", True, "ideal"), *((name, False, name) for name in others),
    ]  # fmt: skip
    assert all(s.orders == steps(s.seed, 20.0) for s in found)


def test_a_tiny_transfer_from_end_to_end() -> None:
    (scenario,) = (
        s for s in transfer.scenarios(LQR, ["flat"], [1], 2.5) if s.case == "randomised"
    )  # fmt: skip
    found = transfer.run(Scenario(**{**vars(scenario), "cameras": False}))
    assert found["success"]
    (upright, error) = transfer.rows([found])
    assert (upright.case, upright.metric, upright.goal) == ("flat, randomised", "upright", None)
    assert error.metric == "vel_tracking_rmse"


def test_another_drivetrain_has_goals_of_its_own() -> None:
    found = transfer.rows([episode(terrain, "rollers") for terrain in ("flat", "rough")])
    goals = {row.case: row.goal for row in found if row.metric == "upright"}
    assert goals == {"flat, rollers": 0.98, "rough, rollers": 0.95}
