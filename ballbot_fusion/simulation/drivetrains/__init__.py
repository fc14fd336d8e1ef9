"""How wheel torques reach the ball. A new drivetrain is a file here and a line in the table."""

from collections.abc import Callable
from importlib import import_module

import mujoco

from ballbot_fusion.core.robot import RobotConfig

DRIVETRAINS = {"ideal": "ballbot_fusion.simulation.drivetrains.ideal"}
"""Module with a function ``add(spec, base, robot)`` by name."""


def add_drivetrain(
    name: str, spec: mujoco.MjSpec, base: mujoco.MjsBody, robot: RobotConfig
) -> None:
    """Add the ball, its joint to ``base`` and one motor per wheel joint.

    Raises:
        ValueError: no such drivetrain.
    """
    if name not in DRIVETRAINS:
        raise ValueError(f"Unknown drivetrain {name!r}; choose one of {', '.join(DRIVETRAINS)}.")
    add: Callable[[mujoco.MjSpec, mujoco.MjsBody, RobotConfig], None]
    add = import_module(DRIVETRAINS[name]).add
    add(spec, base, robot)
