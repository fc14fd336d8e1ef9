"""Ideal drivetrain: a ball joint between base and ball, three motors on it.

Exact reaction torque and no slip between wheels and ball; ``actuator_velocity`` is the wheel speed.
Fast, for training.
"""

import mujoco
import numpy as np

from ballbot_fusion.core.kinematics import wheel_matrix
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.appearance import dress_wheel, wheel_poses
from ballbot_fusion.simulation.drivetrains.ball import BALL_JOINT, add_ball


def add(
    spec: mujoco.MjSpec, base: mujoco.MjsBody, robot: RobotConfig, backlash_deg: float = 0.0
) -> None:
    """Add the ball below ``base`` and a motor about each wheel's axis on it.

    Raises:
        ValueError: backlash, for which there are no rotors here.
    """
    if backlash_deg:
        raise ValueError(
            f"motor_backlash_deg is {backlash_deg:g}, but the drivetrain 'ideal' has no rotors "
            "that could turn without the ball. Choose the drivetrain 'rollers', or no backlash (0)."
        )
    add_ball(base, robot, mujoco.mjtJoint.mjJNT_BALL)
    for centre, axis in wheel_poses(robot):  # to be seen; they do not turn
        dress_wheel(base, robot, centre, axis, -centre / np.linalg.norm(centre))
    limit = robot.wheels.max_torque
    for name, axis in zip(robot.joint_names, wheel_matrix(robot), strict=True):
        spec.add_actuator(
            name=name,
            trntype=mujoco.mjtTrn.mjTRN_JOINTINPARENT,
            target=BALL_JOINT,
            gear=np.concatenate([axis, np.zeros(3)]),
            ctrllimited=True,
            ctrlrange=[-limit, limit],
        )
