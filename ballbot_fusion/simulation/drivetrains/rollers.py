"""Drivetrain with real contact: a free ball, and three omniwheels pressed on it.

Wheels slip, rollers pass over the ball one after another, and the wheels' inertia counts:
what ``ideal`` leaves out. Slow; to show before a robot does that a policy bears it.

``actuator_velocity`` is the wheel speed, with the sign that core/kinematics.py gives it: positive
turns the ball about the wheel's row of ``wheel_matrix``, and so the wheel the other way round. With
backlash it is the speed of the rotor.
"""

import mujoco
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.appearance import wheel_poses
from ballbot_fusion.simulation.drivetrains.ball import BALL, add_ball
from ballbot_fusion.simulation.drivetrains.omniwheel import add_omniwheel, wheel_inertia
from ballbot_fusion.simulation.drivetrains.roller_contact import IMPRATIO, stiffen

SPRING_LENGTH = 0.3
"""How far above the ball's centre the springs end, m: long, so that the preload stays constant."""


def add(
    spec: mujoco.MjSpec, base: mujoco.MjsBody, robot: RobotConfig, backlash_deg: float = 0.0
) -> None:
    """Add wheels with rollers to ``base``, a motor on each, and a ball of its own below them."""
    spec.option.impratio = IMPRATIO
    _without_wheels(base, robot)
    limit = robot.wheels.max_torque
    for name, (centre, axis) in zip(robot.joint_names, wheel_poses(robot), strict=True):
        add_omniwheel(base, robot, name, centre, -axis, backlash_deg)
        spec.add_actuator(
            name=name, trntype=mujoco.mjtTrn.mjTRN_JOINT, target=name,
            ctrllimited=True, ctrlrange=[-limit, limit],
        )  # fmt: skip
    ball = add_ball(spec.worldbody, robot, mujoco.mjtJoint.mjJNT_FREE)
    _press(spec, base, ball, robot.wheels.preload)
    stiffen(spec, robot)


def _press(spec: mujoco.MjSpec, base: mujoco.MjsBody, ball: mujoco.MjsBody, preload: float) -> None:
    """Pull the ball up against the wheels with ``preload`` [N], and the base down as much.

    Robots have spring-loaded casters below the ball's equator for that; their friction is left out.
    """
    base.add_site(name="preload", pos=[0.0, 0.0, SPRING_LENGTH], group=5)
    ball.add_site(name=BALL, group=5)
    springs = spec.add_tendon(
        name="preload", stiffness=preload / SPRING_LENGTH, springlength=[0.0, 0.0], group=5
    )
    springs.wrap_site("preload")
    springs.wrap_site(BALL)


def _about(mass: float, place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inertia tensor (3, 3) of a point mass about the origin."""
    return mass * (place @ place * np.eye(3) - np.outer(place, place))


def _without_wheels(base: mujoco.MjsBody, robot: RobotConfig) -> None:
    """Take the wheels out of the base, so that both together weigh what the robot file says."""
    mass, place = robot.base.mass, np.array([*robot.base.com_offset, robot.base.com_height])
    moment, inertia = mass * place, np.diag(robot.base.inertia) + _about(mass, place)
    across, about = wheel_inertia(robot)
    for centre, axis in wheel_poses(robot):
        mass -= robot.wheels.mass
        moment = moment - robot.wheels.mass * centre
        own = across * np.eye(3) + (about - across) * np.outer(axis, axis)
        inertia = inertia - own - _about(robot.wheels.mass, centre)
    if mass <= 0.0:
        raise ValueError(
            f"Three wheels of {robot.wheels.mass} kg weigh more than the base of "
            f"{robot.base.mass} kg, which has them in it. Correct wheels.mass in the robot file."
        )
    centre = moment / mass
    rest = inertia - _about(mass, centre)
    base.mass, base.ipos, base.inertia = mass, centre, np.zeros(3)
    base.fullinertia = [*np.diag(rest), rest[0, 1], rest[0, 2], rest[1, 2]]
