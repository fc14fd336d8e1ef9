"""One robot calibrated from its first step to its last, and how far off each result is."""

from math import acos, atan2, degrees, hypot
from typing import Any

import numpy as np

from ballbot_fusion.calibration.changed import changed
from ballbot_fusion.calibration.outcome import CalibrationRefusedError
from ballbot_fusion.calibration.steps import STEPS, judged
from ballbot_fusion.core.frames import matrix_of
from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.evaluation.calibration.bench import heard
from ballbot_fusion.evaluation.calibration.planted import Planted, planted
from ballbot_fusion.simulation.hardware import errors, hidden_file, owners_file
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

DISTANCE_M = 1.5
GOALS = {"gyro_deg_s": 0.05, "upright_deg": 0.3, "balance_deg": 0.3, "radius": 0.02}
"""Largest errors; of the radius as a share."""


def trial(seed: int, *, turn: bool = False, drivetrain: str = "ideal") -> dict[str, Any]:
    """Calibrate the robot of ``seed``; return errors before and after, and what was refused."""
    robot, owner = planted(hidden_file(), errors("ideal"), seed), owners_file()
    before, refusals = errors_of(robot, owner, seed), {}
    for step in STEPS:
        samples = heard(
            robot, owner, step, seed, distance=DISTANCE_M, turn=turn, drivetrain=drivetrain
        )
        try:
            seconds = 0.9 * STEPS[step].seconds
            found = judged(step, owner, samples, seconds, distance=DISTANCE_M, turn=turn)
        except CalibrationRefusedError as error:
            refusals[step] = str(error)
            continue
        owner = changed(owner, found.change)
    after = errors_of(robot, owner, seed)
    missed = [name for name, goal in GOALS.items() if after[name] > goal]
    return {"seed": seed, "before": before, "after": after, "refused": refusals, "missed": missed}


def errors_of(robot: Planted, owner: RobotConfig, seed: int) -> dict[str, float]:
    """How far a robot file is off, by the names of GOALS.

    ``upright_deg`` is how far a robot that stands upright seems to lean, the accelerometer's bias
    included; ``mount_deg`` is the same without it, which nobody can tell apart.
    """
    terrain = make_terrain("flat", seed)
    simulation = Simulation(robot.robot, terrain, seed=seed, settings=robot.errors)
    gyro, force = simulation.imu_biases
    true, told = robot.robot, owner
    up = _mount(true).T @ np.array([0.0, 0.0, 1.0])
    lean_x, lean_y = (
        degrees(atan2(a, true.base.com_height) - atan2(b, told.base.com_height))
        for a, b in zip(true.base.com_offset, told.base.com_offset, strict=True)
    )
    return {
        "gyro_deg_s": degrees(float(np.abs(np.array(gyro) - told.imu.gyro_bias).max())),
        "upright_deg": _off(told, up * GRAVITY + np.array(force)),
        "mount_deg": _off(told, up),
        "balance_deg": hypot(lean_x, lean_y),
        "radius": abs(told.wheels.radius / true.wheels.radius - 1.0),
    }


def _mount(robot: RobotConfig) -> Any:
    roll, pitch, yaw = np.radians(robot.imu.rpy_deg).tolist()
    angles: Vector = (roll, pitch, yaw)
    return matrix_of(angles)


def _off(told: RobotConfig, up: Any) -> float:
    """Angle between z and where up seems to be, degrees; ``up`` in imu_link, any length."""
    seen = _mount(told) @ up
    return degrees(acos(min(float(seen[2] / np.linalg.norm(seen)), 1.0)))
