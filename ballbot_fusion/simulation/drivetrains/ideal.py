"""Ideal drivetrain: a ball joint between base and ball, three motors on it.

Exact reaction torque and no slip between wheels and ball; ``actuator_velocity`` is the wheel speed.
Fast, for training.
"""

import mujoco
import numpy as np

from ballbot_fusion.core.kinematics import wheel_matrix
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.appearance import BALL_MATERIAL


def add(spec: mujoco.MjSpec, base: mujoco.MjsBody, robot: RobotConfig) -> None:
    """Add the ball below ``base`` and a motor about each wheel's axis on it."""
    ball = base.add_body(name="ball")
    ball.add_joint(name="ball_joint", type=mujoco.mjtJoint.mjJNT_BALL)
    ball.mass = robot.ball.mass
    ball.inertia = [robot.ball.inertia] * 3
    ball.explicitinertial = True
    ball.add_geom(
        name="ball",
        type=mujoco.mjtGeom.mjGEOM_SPHERE,
        size=[robot.ball.radius, 0.0, 0.0],
        material=BALL_MATERIAL,
        # 4: sliding and spinning friction, no rolling resistance.
        condim=4,
        friction=[robot.ball.friction, robot.ball.torsional_friction, 0.0001],
        contype=1,
        conaffinity=2,
    )
    limit = robot.wheels.max_torque
    for name, axis in zip(robot.joint_names, wheel_matrix(robot), strict=True):
        spec.add_actuator(
            name=name,
            trntype=mujoco.mjtTrn.mjTRN_JOINTINPARENT,
            target="ball_joint",
            gear=np.concatenate([axis, np.zeros(3)]),
            ctrllimited=True,
            ctrlrange=[-limit, limit],
        )
