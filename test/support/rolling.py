"""Looks into a simulation with the drivetrain ``rollers``."""

from collections.abc import Sequence

import mujoco
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.model import BASE
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

Array = NDArray[np.float64]


def rolling(
    robot: RobotConfig | None = None,
    terrain: str = "flat",
    seed: int = 1,
    max_initial_tilt_deg: float = 0.0,
) -> Simulation:
    """A robot with rollers on its stand, upright unless told otherwise."""
    return Simulation(
        robot or RobotConfig(), make_terrain(terrain, seed), seed=seed, drivetrain="rollers",
        max_initial_tilt_deg=max_initial_tilt_deg,
    )  # fmt: skip


def steps(simulation: Simulation, count: int, effort: Sequence[float] = (0.0, 0.0, 0.0)) -> None:
    """Advance ``count`` milliseconds under constant wheel torques, N m."""
    for _ in range(count):
        simulation.step(effort)


def ball_spin(simulation: Simulation) -> Array:
    """(3,) rotation rate of the ball relative to the base, rad/s in base_link."""
    data = simulation.data
    rates = []
    for name in ("ball", BASE):
        velocity = np.zeros(6)
        body = simulation.model.body(name).id
        kind = mujoco.mjtObj.mjOBJ_BODY
        mujoco.mj_objectVelocity(simulation.model, data, kind, body, velocity, 0)
        rates.append(velocity[:3])
    turned: Array = data.body(BASE).xmat.reshape(3, 3).T @ (rates[0] - rates[1])
    return turned


def contact_forces(simulation: Simulation) -> Array:
    """(3,) force of each wheel on the ball along the contact normals, N."""
    model, data = simulation.model, simulation.data
    mujoco.mj_forward(model, data)
    forces = np.zeros(3)
    for index, contact in enumerate(data.contact):
        names = [model.geom(geom).name for geom in contact.geom]
        wheels = [i for i, joint in enumerate(simulation.robot.joint_names)
                  if any(name.startswith(f"{joint}_roller") for name in names)]  # fmt: skip
        if wheels:
            force = np.zeros(6)
            mujoco.mj_contactForce(model, data, index, force)
            forces[wheels[0]] += force[0]
    return forces
