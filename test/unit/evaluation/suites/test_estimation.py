"""A raw 6-axis IMU in closed loop: what the suite estimation measures."""

from dataclasses import replace

import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import from_rpy
from ballbot_fusion.core.samples import DepthSample, JointSample, Source
from ballbot_fusion.evaluation.scenario import LQR, build
from ballbot_fusion.evaluation.suites import estimation, estimation_hardware
from ballbot_fusion.simulation.hardware import hidden_file


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


def test_the_simulated_hardware_is_estimated_by_its_owners_file() -> None:
    """Another robot than the file's, behind drivers: a level that nobody told it is learned."""
    scenario = replace(estimation_hardware.scenarios(LQR, ["flat"], [10000], 8.0)[0], cameras=False)
    episode = build(scenario)
    assert episode.loop.plant.simulation.robot == hidden_file() != scenario.robot
    result = estimation_hardware.run(scenario)
    assert result["success"]
    assert 0.2 < result["tilt_rms_deg"] < 1.0  # the mount alone is off by 0.64 degrees
    assert result["vel_rmse"] < estimation.VELOCITY_GOAL
    rows = {row.metric: row for row in estimation_hardware.rows([result])}
    assert rows["tilt_rms_first_deg"].value == rows["tilt_rms_deg"].value  # no more than that
    assert rows["tilt_rms_deg"].goal == estimation.TILT_GOAL_DEG


def test_its_samples_come_late_and_as_drivers_send_them() -> None:
    scenario = replace(estimation_hardware.scenarios(LQR, ["flat"], [3], 1.0)[0], cameras=True)
    plant, samples = build(scenario).loop.plant, []
    for _ in range(60):
        samples += plant.advance((0.0, 0.0, 0.0))
    imu = [s for s in samples if s.source is Source.IMU]
    assert min(s.arrival_ns - s.stamp_ns for s in imu) >= 1_000_000
    joints = [s for s in samples if isinstance(s, JointSample)]
    assert all(s.names[0] == "mast_joint" and not s.velocity for s in joints)
    images = [s for s in samples if isinstance(s, DepthSample)]
    assert {s.image.shape for s in images} == {(240, 424)}
    assert min(s.arrival_ns - s.stamp_ns for s in images) >= 40_000_000
