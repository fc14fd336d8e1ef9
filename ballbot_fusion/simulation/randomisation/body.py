"""A robot of other masses, another centre of mass, on another floor."""

from ballbot_fusion.core.robot import Ball, Base, RobotConfig
from ballbot_fusion.simulation.randomisation.draws import Draws, Quantity, changed
from ballbot_fusion.simulation.randomisation.settings import BodyRanges


def _ball(ball: Ball, ranges: BodyRanges, draws: Draws) -> Ball:
    grip = draws.between(Quantity.FRICTION, ranges.friction)
    return changed(
        ball,
        mass=ball.mass * draws.between(Quantity.BALL_MASS, ranges.ball_mass),
        friction=ball.friction * grip,
        torsional_friction=ball.torsional_friction * grip,
    )


def _base(base: Base, ranges: BodyRanges, draws: Draws) -> Base:
    factor = draws.between(Quantity.BASE_INERTIA, ranges.base_inertia)
    return changed(
        base,
        mass=base.mass * draws.between(Quantity.BASE_MASS, ranges.base_mass),
        com_height=base.com_height * draws.between(Quantity.COM_HEIGHT, ranges.com_height),
        inertia=tuple(moment * factor for moment in base.inertia),
    )


def varied_body(robot: RobotConfig, ranges: BodyRanges, draws: Draws) -> RobotConfig:
    """Return ``robot`` with ball and base drawn anew."""
    return changed(
        robot, ball=_ball(robot.ball, ranges, draws), base=_base(robot.base, ranges, draws)
    )
