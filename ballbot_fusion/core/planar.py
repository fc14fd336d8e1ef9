"""The robot in one vertical plane: what core/balance.py and core/level.py have in common."""

from typing import NamedTuple

from ballbot_fusion.core.robot import RobotConfig

GRAVITY = 9.80665
"""Standard gravity, m/s^2."""


class PlanarRobot(NamedTuple):
    """Constants of motion in the plane in which the body tips."""

    mass: float
    """Of robot and ball, kg."""
    rolling: float
    """The same and what the ball's rotation adds, kg."""
    lever: float
    """Mass times height of the body's centre of mass, kg m."""
    tipping: float
    """Moment of inertia of the body about the ball's centre, kg m^2."""

    @classmethod
    def of(cls, robot: RobotConfig, axis: int) -> "PlanarRobot":
        """Derive them; ``axis`` is the one the body tips about: 0 for x, 1 for y."""
        ball, base = robot.ball, robot.base
        mass, lever = ball.mass + base.mass, base.mass * base.com_height
        return cls(
            mass,
            mass + ball.inertia / ball.radius**2,
            lever,
            base.inertia[axis] + lever * base.com_height,
        )


def clip(value: float, bound: float) -> float:
    """Limit ``value`` to ``bound`` in both directions."""
    return min(max(value, -bound), bound)
