"""Play between a rotor and its wheel: two masses, and teeth that meet at either end of a gap.

The wheel's body gets a second hinge about the same axis, which MuJoCo limits to the gap: the first
one is the rotor's, with its inertia and the motor on it, the second one how far the wheel is ahead.
In the gap nothing couples them. At an end the limit is a spring as stiff as a gearbox, damped so
that teeth do not bounce. Encoders are on the rotors, as most are: they do not see the play.
"""

import mujoco

from ballbot_fusion.core.robot import RobotConfig

STIFFNESS = 3000.0
"""Of a gearbox at the wheel, N m/rad: 1 N m per arc minute, as small planetary ones have."""
SETTLES_S = 0.002
"""Time constant of teeth that meet, critically damped, s: two physics steps, MuJoCo's shortest."""


def gap_name(wheel: str) -> str:
    """Name of the hinge between the rotor of joint ``wheel`` and its wheel."""
    return f"{wheel}_gap"


def add_gap(
    wheel: mujoco.MjsBody, robot: RobotConfig, name: str, about: float, backlash_deg: float
) -> None:
    """Let ``wheel`` lag behind its rotor's joint ``name``, the last one added to it.

    ``about`` is the wheel's moment of inertia about its axis [kg m^2], ``backlash_deg`` how far it
    turns freely from one end to the other.

    With a constant impedance d and a time constant T, MuJoCo's limit is a spring of 1 / (T^2 (1 -
    d) w) for d near 1, w being the inverse inertia across the gap (documentation, "Computation",
    "Solver parameters").

    Raises:
        ValueError: a rotor without inertia, which could not cross a gap.
    """
    if not robot.wheels.rotor_inertia:
        raise ValueError(
            f"motor_backlash_deg is {backlash_deg:g}, but wheels.rotor_inertia of the robot file "
            "is 0: give it the rotor's inertia times the gear ratio squared, or set no backlash."
        )
    inverse = 1.0 / about + 1.0 / robot.wheels.rotor_inertia
    d = 1.0 - 1.0 / (SETTLES_S**2 * STIFFNESS * inverse)
    half = backlash_deg / 2.0  # MjSpec takes ranges in degrees
    wheel.add_joint(
        name=gap_name(name), type=mujoco.mjtJoint.mjJNT_HINGE, axis=[0.0, 0.0, 1.0],
        limited=mujoco.mjtLimited.mjLIMITED_TRUE, range=[-half, half],
        solref_limit=[SETTLES_S, 1.0], solimp_limit=[d, d, 0.001, 0.5, 2.0],
    )  # fmt: skip
