"""A raw 6-axis IMU in closed loop: what the suite estimation measures."""

from dataclasses import replace

import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import from_rpy
from ballbot_fusion.evaluation.scenario import LQR
from ballbot_fusion.evaluation.suites import estimation


def test_every_case_has_a_raw_imu() -> None:
    found = estimation.scenarios(LQR, ["flat", "rough"], [1, 2], 10.0)
    assert len(found) == 12
    assert all(s.errors is not None and not s.errors.imu.orientation for s in found)
    assert estimation.with_raw_imu(RobotConfig()).imu.orientation == "estimated"


def test_the_angle_between_verticals_knows_no_heading() -> None:
    a, b = from_rpy(0.03, 0.0, 2.0), from_rpy(0.0, 0.0, -1.0)
    assert estimation.apart(a, b) == pytest.approx(0.03)


def test_the_estimate_is_good_while_it_drives() -> None:
    scenario = estimation.scenarios(LQR, ["rough"], [10000], 5.0)[0]
    result = estimation.run(replace(scenario, cameras=False))
    assert result["success"]
    assert result["tilt_rms_deg"] < estimation.TILT_GOAL_DEG
    assert result["vel_rmse"] < estimation.VELOCITY_GOAL
    assert result["way"] > 1.0
    # Odometry says how far it may be off.
    assert 0.0 < result["position_sigmas"] < 3.0
    rows = {row.metric: row for row in estimation.rows([result])}
    assert rows["tilt_rms_deg"].met
    assert rows["tilt_rms_deg"].value == result["tilt_rms_deg"]


def test_without_the_wheels_aid_it_would_be_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite is no formality: it tells the observer from the accelerometer alone."""
    scenario = replace(estimation.scenarios(LQR, ["flat"], [10000], 5.0)[0], cameras=False)
    aided = estimation.run(scenario)["tilt_rms_deg"]
    monkeypatch.setattr(estimation, "with_raw_imu", lambda robot: robot)
    assert estimation.run(scenario)["tilt_rms_deg"] > 1.5 * aided
