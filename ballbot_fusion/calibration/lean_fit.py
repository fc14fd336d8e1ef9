"""The lean in balance and, where the robot turned, the slope of the floor, fitted to blocks.

The slope stays in the world while the lean in balance turns with the body: one turn about the
vertical tells them apart.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ballbot_fusion.calibration.lean_blocks import Block
from ballbot_fusion.calibration.recorded import Floats
from ballbot_fusion.core.planar import PlanarRobot
from ballbot_fusion.core.robot import RobotConfig


class LeanFit(NamedTuple):
    """What blocks of balancing have in common."""

    lean: Floats
    """In balance on level ground, towards +x and +y, (2,), rad."""
    sigma: Floats
    """Standard deviation of it, (2,), rad."""
    slope: Floats | None
    """Rise of the floor along the first heading frame, (2,), rad; None: it did not turn."""


def fitted(robot: RobotConfig, found: Sequence[Block], turned: bool) -> LeanFit:
    """Fit the lean, and the slope if the robot ``turned``: else the floor is taken for level."""
    wanted = np.concatenate([block.lean for block in found])
    rows = [np.eye(2) for _ in found]
    if turned:
        gain = slope_gain(robot)
        rows = [np.hstack([np.eye(2), gain * block.turn]) for block in found]
    matrix = np.concatenate(rows)
    answer, *_ = np.linalg.lstsq(matrix, wanted, rcond=None)
    left = wanted - matrix @ answer
    variance = float(left @ left) / (len(wanted) - matrix.shape[1])
    spread = np.sqrt(np.diag(np.linalg.inv(matrix.T @ matrix)) * variance)
    return LeanFit(answer[:2], spread[:2], answer[2:] if turned else None)


def slope_gain(robot: RobotConfig) -> float:
    """How far the robot leans into a slope, rad per rad."""
    mass, _, lever, _ = PlanarRobot.of(robot, 1)
    return mass * robot.ball.radius / lever
