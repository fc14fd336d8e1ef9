"""The contact between rollers and ball: a spring, a damper and friction, in MuJoCo's terms."""

from math import sqrt

import mujoco

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.drivetrains.ball import BALL, ROLLER_BIT

DAMPING_RATIO = 0.2
"""Of the ball bouncing on one roller: a loss factor of 0.4, as damping polyurethane has."""
SLIP_RATE = 500.0
"""Slip that friction can stop decays at this rate, 1/s: by half in each physics step of 1 ms."""
IMPRATIO = 10.0
"""How much stiffer friction is than the normal damper: a pressed roller hardly creeps."""


def stiffen(spec: mujoco.MjSpec, robot: RobotConfig) -> None:
    """Make the contacts of all rollers on the ball springs with the stiffness of the robot file.

    ``spec`` is complete; it is compiled to learn the masses that MuJoCo scales contacts by.

    With a constant impedance d, direct ``solref`` (-s, -b) and w, the inverse mass at a contact in
    the compiled model, MuJoCo's force is (s depth + b speed) / ((1 - d) w) and slip decays at the
    rate b / d (documentation, "Computation", "Solver parameters"). The three are solved for
    stiffness, damping and rate of slip.
    """
    model = spec.compile()
    stiffness = robot.wheels.rollers.stiffness
    damping = 2.0 * DAMPING_RATIO * sqrt(stiffness * robot.ball.mass)
    ball = model.body(BALL).invweight0[0]
    for geom in (geom for geom in spec.geoms if geom.contype == ROLLER_BIT):
        inverse_mass = ball + model.body(geom.name).invweight0[0]
        d = 1.0 / (1.0 + SLIP_RATE / (damping * inverse_mass))
        scale = (1.0 - d) * inverse_mass
        geom.solref = [-stiffness * scale, -damping * scale]
        geom.solimp = [d, d, 0.001, 0.5, 2.0]
