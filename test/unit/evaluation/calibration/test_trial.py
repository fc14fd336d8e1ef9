"""Robots with offsets of every kind, calibrated from the first step to the last."""

import pytest

from ballbot_fusion.calibration.steps import STEPS
from ballbot_fusion.core.level import balanced
from ballbot_fusion.evaluation.calibration.planted import LEAN_DEG, MOUNT_DEG, planted
from ballbot_fusion.evaluation.calibration.trial import GOALS, trial
from ballbot_fusion.evaluation.doctor.rig import ERRORS, hidden_file
from ballbot_fusion.simulation.hand import PUSH, UPRIGHT


@pytest.mark.parametrize(
    ("seed", "turn", "drivetrain"),
    [(0, False, "ideal"), (1, False, "ideal"), (3, True, "ideal"), (5, False, "rollers")],
)
def test_planted_offsets_are_found(seed: int, turn: bool, drivetrain: str) -> None:
    row = trial(seed, turn=turn, drivetrain=drivetrain)
    assert row["refused"] == {}
    assert row["missed"] == [], row
    assert set(row["after"]) > set(GOALS)
    assert sum(row["before"][name] > goal for name, goal in GOALS.items()) >= 2


def test_offsets_are_planted_in_every_robot() -> None:
    hidden = hidden_file()
    robots = [planted(hidden, ERRORS, seed).robot for seed in range(20)]
    assert len({robot.wheels.radius for robot in robots}) == 20
    leans = [abs(angle) for robot in robots for angle in balanced(robot)]
    assert 0.5 * LEAN_DEG < max(leans) * 57.3 < 1.01 * LEAN_DEG
    off = [abs(robot.imu.rpy_deg[1] - hidden.imu.rpy_deg[1]) for robot in robots]
    assert 0.5 * MOUNT_DEG < max(off) < 1.5 * MOUNT_DEG


def test_the_hand_knows_what_a_calibration_asks_for() -> None:
    assert {step.asks for step in STEPS.values()} == {"", UPRIGHT, PUSH}
