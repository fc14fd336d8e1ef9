"""Robots with offsets of every kind, calibrated from the first step to the last."""

from math import hypot

import pytest

from ballbot_fusion.calibration.changed import changed
from ballbot_fusion.calibration.outcome import Change
from ballbot_fusion.calibration.steps import STEPS
from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.level import balanced
from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.evaluation.calibration.bench import RATE_HZ, HardwarePlant
from ballbot_fusion.evaluation.calibration.planted import LEAN_DEG, MOUNT_DEG, planted
from ballbot_fusion.evaluation.calibration.trial import GOALS, trial
from ballbot_fusion.evaluation.closed_loop import ClosedLoop, SafetyDriver
from ballbot_fusion.evaluation.drivers import LqrDriver
from ballbot_fusion.simulation.hand import PUSH, UPRIGHT
from ballbot_fusion.simulation.hardware import errors, hidden_file
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain


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
    robots = [planted(hidden, errors("ideal"), seed).robot for seed in range(20)]
    assert len({robot.wheels.radius for robot in robots}) == 20
    leans = [abs(angle) for robot in robots for angle in balanced(robot)]
    assert 0.5 * LEAN_DEG < max(leans) * 57.3 < 1.01 * LEAN_DEG
    off = [abs(robot.imu.rpy_deg[1] - hidden.imu.rpy_deg[1]) for robot in robots]
    assert 0.5 * MOUNT_DEG < max(off) < 1.5 * MOUNT_DEG


def test_the_hand_knows_what_a_calibration_asks_for() -> None:
    assert {step.asks for step in STEPS.values()} == {"", UPRIGHT, PUSH}


def test_a_robot_whose_centre_of_mass_is_known_stays_where_it_is_armed() -> None:
    """Not calibrated, it rolls away: it leans further than it may learn."""
    hidden = hidden_file()
    aside = changed(hidden, Change("base.com_offset", (0.0, 0.0), (0.008, -0.007)))
    worn = errors("ideal")
    level = worn.imu.model_copy(update={"accelerometer_bias": 0.0})  # as `gravity` leaves it
    worn = worn.model_copy(update={"imu": level})
    crept = []
    for told in (hidden, aside):
        simulation = Simulation(aside, make_terrain("flat", 0), seed=0, settings=worn)
        loop = ClosedLoop(
            HardwarePlant(simulation, 0), LqrDriver(told, RATE_HZ, CommandLimits()),
            SafetyDriver(told, RATE_HZ, SafetySettings()),
        )  # fmt: skip
        loop.run(15.0)
        crept.append(hypot(*simulation.ground_truth().position[:2]))
    assert crept[0] > 1.0
    assert crept[1] < 0.2
