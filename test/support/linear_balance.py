"""An LQR that knows nothing of core: gains from finite differences of the simulation itself."""

from collections.abc import Sequence

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_discrete_are

from ballbot_fusion.simulation.simulation import Simulation

PERIOD_STEPS = 5
"""Control at 200 Hz."""

Array = NDArray[np.float64]


def state_of(simulation: Simulation) -> Array:
    """(7,): tilt about x, y [rad]; rates x, y, z [rad/s]; velocity x, y [m/s]; at yaw 0."""
    truth = simulation.ground_truth()
    x, y, _, w = truth.orientation
    return np.array([2 * x * w, 2 * y * w, *truth.angular_velocity, *truth.velocity[:2]])


def _place(simulation: Simulation, state: Array, height: float) -> None:
    """Put the ideal robot into a state, rolling without slip."""
    data, radius = simulation.data, simulation.robot.ball.radius
    mujoco.mj_resetData(simulation.model, data)
    data.eq_active[:] = 0
    tilt = np.array([state[0], state[1], 0.0])
    mujoco.mju_axisAngle2Quat(data.qpos[3:7], tilt / max(np.linalg.norm(tilt), 1e-12),
                              np.linalg.norm(tilt))  # fmt: skip
    data.qpos[2] = height
    data.qvel[:2], data.qvel[3:6] = state[5:7], state[2:5]
    spin = np.array([-state[6], state[5], 0.0]) / radius
    data.qvel[6:9] = spin - state[2:5]
    mujoco.mj_forward(simulation.model, data)


def lqr_gains(simulation: Simulation) -> Array:
    """(3, 7): wheel torques = -gains @ state. ``simulation``: ideal drivetrain, flat ground."""
    simulation.release()
    for _ in range(20):  # sink into the soft contact while still upright
        simulation.step((0.0, 0.0, 0.0))
    height = float(simulation.data.qpos[2])

    def advance(state: Array, effort: Sequence[float]) -> Array:
        _place(simulation, state, height)
        for _ in range(PERIOD_STEPS):
            simulation.step(effort)
        return state_of(simulation)

    rest, idle, eps = np.zeros(7), np.zeros(3), 1e-3
    a = np.column_stack(
        [(advance(e, idle) - advance(-e, idle)) / (2 * eps) for e in eps * np.eye(7)]
    )
    b = np.column_stack(
        [(advance(rest, e) - advance(rest, -e)) / (2 * eps) for e in 0.1 * np.eye(3)]
    ) * (eps / 0.1)
    cost = np.diag([60.0, 60.0, 2.0, 2.0, 2.0, 10.0, 10.0])
    effort = 2.0 * np.eye(3)
    value = solve_discrete_are(a, b, cost, effort)
    return np.linalg.solve(effort + b.T @ value @ b, b.T @ value @ a)


def balance(simulation: Simulation, gains: Array, seconds: float) -> float:
    """Release, hold upright by ``gains`` on the true state; return the largest tilt, rad."""
    simulation.release()
    worst = 0.0
    for _ in range(round(seconds * 1000 / PERIOD_STEPS)):
        effort = (-gains @ state_of(simulation)).tolist()
        for _ in range(PERIOD_STEPS):
            simulation.step(effort)
        worst = max(worst, simulation.ground_truth().tilt)
    return worst
