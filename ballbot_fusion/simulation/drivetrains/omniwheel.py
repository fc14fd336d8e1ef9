"""An omniwheel: a hub on a hinge, and around its rim passive rollers on hinges of their own.

The wheel's body has z along the wheel's axis and x towards the ball. A roller is an ellipsoid whose
outline meets the wheel's circle at its middle and where the next roller begins. In between the rim
is 0.07 mm higher (ten rollers on 50 mm), about as round as real wheels with one row of rollers.
"""

from math import cos, pi, sin, sqrt, tan

import mujoco
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.appearance import CONTACT_GROUP, WHEEL_HALF_WIDTH, dress_wheel
from ballbot_fusion.simulation.drivetrains.backlash import add_gap
from ballbot_fusion.simulation.drivetrains.ball import ROLLER_BIT

Array = NDArray[np.float64]


def hub_mass(robot: RobotConfig) -> float:
    """Mass of a wheel without its rollers, kg."""
    rollers = robot.wheels.rollers
    return robot.wheels.mass - rollers.count * rollers.mass


def wheel_inertia(robot: RobotConfig) -> tuple[float, float]:
    """Moments of inertia of a whole wheel across and about its axis, kg m^2 (thin ring, disc)."""
    wheels, rollers = robot.wheels, robot.wheels.rollers
    across, about = _hub_inertia(robot)
    ring = rollers.count * rollers.mass * (wheels.radius - rollers.radius) ** 2
    own_across, own_about = _roller_inertia(robot)
    mean = 0.5 * (own_across + own_about)
    return (
        across + 0.5 * ring + rollers.count * mean,
        about + ring + rollers.count * own_across,
    )


def _hub_inertia(robot: RobotConfig) -> tuple[float, float]:
    """Cylinder that fills the wheel up to the rollers' axes, across and about its axis."""
    radius, mass = robot.wheels.radius - robot.wheels.rollers.radius, hub_mass(robot)
    height = 2.0 * WHEEL_HALF_WIDTH
    return mass * (3.0 * radius**2 + height**2) / 12.0, 0.5 * mass * radius**2


def _roller_inertia(robot: RobotConfig) -> tuple[float, float]:
    """Cylinder as long as there is room, across and about its axis."""
    rollers = robot.wheels.rollers
    length = 2.0 * (robot.wheels.radius - rollers.radius) * tan(pi / rollers.count)
    across = rollers.mass * (3.0 * rollers.radius**2 + length**2) / 12.0
    return across, 0.5 * rollers.mass * rollers.radius**2


def _half_length(robot: RobotConfig) -> float:
    """Half axis along a roller, m: the ellipse through (r sin p, r cos p) where rollers meet."""
    radius, rollers = robot.wheels.radius, robot.wheels.rollers
    half_angle = pi / rollers.count
    thinned = 1.0 - radius * (1.0 - cos(half_angle)) / rollers.radius
    return radius * sin(half_angle) / sqrt(1.0 - thinned**2)


def _quaternion(*columns: Array) -> Array:
    """Orientation (w, x, y, z) whose axes are ``columns``."""
    quat = np.zeros(4)
    mujoco.mju_mat2Quat(quat, np.column_stack(columns).ravel())
    return quat


def _weigh(body: mujoco.MjsBody, mass: float, across: float, about: float) -> None:
    """Give ``body`` a mass [kg] at its origin and moments of inertia [kg m^2] about its z axis."""
    body.mass, body.inertia, body.explicitinertial = mass, [across, across, about], True
    # Left out, they would be those of the body in its parent.
    body.ipos, body.iquat = [0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]


def add_omniwheel(base: mujoco.MjsBody, robot: RobotConfig, name: str, centre: Array,
                  axis: Array, backlash_deg: float = 0.0) -> None:  # fmt: skip
    """Add a wheel at ``centre`` [m] in base_link, turning positively about ``axis``.

    ``name`` is that of the hinge that the motor turns: the wheel's, or with backlash its rotor's.
    """
    to_ball = -centre / np.linalg.norm(centre)
    wheel = base.add_body(
        name=f"{name}_wheel", pos=centre, quat=_quaternion(to_ball, np.cross(axis, to_ball), axis)
    )
    _weigh(wheel, hub_mass(robot), *_hub_inertia(robot))
    wheel.add_joint(
        name=name, type=mujoco.mjtJoint.mjJNT_HINGE, axis=[0.0, 0.0, 1.0],
        armature=robot.wheels.rotor_inertia,
    )  # fmt: skip
    if backlash_deg:
        add_gap(wheel, robot, name, wheel_inertia(robot)[1], backlash_deg)
    dress_wheel(wheel, robot, np.zeros(3), np.array([0.0, 0.0, -1.0]), np.array([1.0, 0.0, 0.0]))
    count = robot.wheels.rollers.count
    for index in range(count):
        _add_roller(wheel, robot, f"{name}_roller_{index}", 2.0 * pi * index / count)


def _add_roller(wheel: mujoco.MjsBody, robot: RobotConfig, name: str, angle: float) -> None:
    rollers, rim = robot.wheels.rollers, robot.wheels.radius - robot.wheels.rollers.radius
    outward = np.array([cos(angle), sin(angle), 0.0])
    along = np.array([-sin(angle), cos(angle), 0.0])
    body = wheel.add_body(
        name=name, pos=rim * outward, quat=_quaternion(outward, np.array([0.0, 0.0, -1.0]), along)
    )
    _weigh(body, rollers.mass, *_roller_inertia(robot))
    body.add_joint(
        name=name, type=mujoco.mjtJoint.mjJNT_HINGE, axis=[0.0, 0.0, 1.0], damping=rollers.damping
    )
    body.add_geom(
        name=name, type=mujoco.mjtGeom.mjGEOM_ELLIPSOID,
        size=[rollers.radius, rollers.radius, _half_length(robot)], mass=0.0, group=CONTACT_GROUP,
        # Before the ball's own settings, which are those of its contact with the ground.
        priority=1, condim=3, friction=[rollers.friction, 0.005, 0.0001],
        contype=ROLLER_BIT, conaffinity=0,
    )  # fmt: skip
