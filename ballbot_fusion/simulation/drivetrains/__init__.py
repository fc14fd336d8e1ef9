"""How wheel torques reach the ball. A new drivetrain is a file here and a line in the table."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.tables import load_entry

if TYPE_CHECKING:
    # A launch needs the names only; MuJoCo would cost it a fifth of a second.
    import mujoco

DRIVETRAINS = {
    "ideal": "ballbot_fusion.simulation.drivetrains.ideal",
    "rollers": "ballbot_fusion.simulation.drivetrains.rollers",
}
"""Module with a function ``add(spec, base, robot, backlash_deg)`` by name."""


def add_drivetrain(
    name: str,
    spec: "mujoco.MjSpec",
    base: "mujoco.MjsBody",
    robot: RobotConfig,
    backlash_deg: float = 0.0,
) -> None:
    """Add the ball, its joint to ``base`` and one motor per wheel joint.

    Raises:
        ValueError: no such drivetrain, or backlash in one that cannot have it.
    """
    add: Callable[[mujoco.MjSpec, mujoco.MjsBody, RobotConfig, float], None]
    add = load_entry(DRIVETRAINS, name, "drivetrain").add
    add(spec, base, robot, backlash_deg)
