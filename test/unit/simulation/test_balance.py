"""A controller found from the simulation alone balances it."""

from math import degrees

import numpy as np
import pytest
from support.linear_balance import balance, lqr_gains

from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

ROBOT = RobotConfig()


@pytest.fixture(scope="module")
def gains() -> np.ndarray:
    flat = make_terrain("flat", 0)
    return lqr_gains(Simulation(ROBOT, flat, seed=0, max_initial_tilt_deg=0.0))


@pytest.mark.parametrize("terrain", ["flat", "rough"])
@pytest.mark.parametrize("seed", [3, 8, 11])
def test_lqr_from_finite_differences_balances(gains: np.ndarray, terrain: str, seed: int) -> None:
    simulation = Simulation(ROBOT, make_terrain(terrain, seed), seed=seed)
    worst = balance(simulation, gains, 10.0)
    assert not simulation.fallen
    assert degrees(worst) < 6.0
    assert simulation.ground_truth().tilt < 0.03
    assert np.hypot(*simulation.ground_truth().velocity[:2]) < 0.05


def test_gains_push_the_same_way_as_the_controller_of_core(gains: np.ndarray) -> None:
    """Core derives its gains on paper: lean, rate and velocity must push the same wheels."""
    controller = BalanceController.of(ROBOT, 200.0)
    torque_to_wheels = np.array(controller.kinematics.wheels_from_torque)
    # Columns of the state (tilt y, rate y, velocity x) and the gains of core for the same.
    for column, gain in ((1, 1), (3, 3), (5, 2)):
        on_paper = torque_to_wheels @ np.array([0.0, -controller.gains_x[gain], 0.0])
        measured = -gains[:, column]
        cosine = on_paper @ measured / np.linalg.norm(on_paper) / np.linalg.norm(measured)
        assert cosine == pytest.approx(1.0, abs=1e-3)
