"""What both drivetrains share about the ball: its mass, its shape, its contact with the ground."""

import mujoco

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.appearance import BALL_MATERIAL

BALL = "ball"
"""Name of body and geom."""
BALL_JOINT = "ball_joint"
"""Name of its joint: a ball joint on base_link, or a free joint."""
ROLLER_BIT = 4
"""Contact bit of rollers, which touch the ball and nothing else."""


def add_ball(parent: mujoco.MjsBody, robot: RobotConfig, kind: mujoco.mjtJoint) -> mujoco.MjsBody:
    """Add the ball, centred on the origin of ``parent``, on a joint of ``kind``; return it."""
    ball = parent.add_body(name=BALL)
    ball.add_joint(name=BALL_JOINT, type=kind)
    ball.mass = robot.ball.mass
    ball.inertia = [robot.ball.inertia] * 3
    ball.explicitinertial = True
    ball.add_geom(
        name=BALL,
        type=mujoco.mjtGeom.mjGEOM_SPHERE,
        size=[robot.ball.radius, 0.0, 0.0],
        material=BALL_MATERIAL,
        # 4: sliding and spinning friction, no rolling resistance.
        condim=4,
        friction=[robot.ball.friction, robot.ball.torsional_friction, 0.0001],
        contype=1,
        conaffinity=2 | ROLLER_BIT,
    )
    return ball
