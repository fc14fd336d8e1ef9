"""Ball and wheels: how wheel speeds and torques relate to the ball's.

With wheel i at azimuth b_i, contact normal at zenith angle alpha and drive direction horizontal,

    a_i = (-cos alpha cos b_i, -cos alpha sin b_i, sin alpha)
    omega_i = (R / r) a_i . Omega

where Omega is the ball's rotation relative to the body, in base_link. Power balance gives the
torques. For omniwheels 120 degrees apart this is the kinematics of Fankhauser and Gwerder,
"Modeling and Control of a Ballbot", ETH Zurich 2010.
"""

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Quaternion, Vector, rotate

Rows = tuple[Vector, Vector, Vector]


def wheel_matrix(robot: RobotConfig) -> NDArray[np.float64]:
    """Return J (3, 3): wheel speeds = J @ Omega (base_link), torque on the ball = J.T @ tau."""
    alpha = radians(robot.wheels.zenith_deg)
    rows = [
        (-cos(alpha) * cos(b), -cos(alpha) * sin(b), sin(alpha))
        for b in map(radians, robot.wheels.azimuth_deg)
    ]
    return np.array(rows) * (robot.ball.radius / robot.wheels.radius)


def _apply(rows: Rows, v: Vector) -> Vector:
    a, b, c = rows
    x, y, z = v
    return (
        a[0] * x + a[1] * y + a[2] * z,
        b[0] * x + b[1] * y + b[2] * z,
        c[0] * x + c[1] * y + c[2] * z,
    )


def _rows(matrix: NDArray[np.floating]) -> Rows:
    a, b, c = ((float(x), float(y), float(z)) for x, y, z in matrix)
    return a, b, c


@dataclass(frozen=True)
class BallKinematics:
    """Kinematics of one robot, in plain floats for the control loop."""

    radius: float
    spin_from_wheels: Rows
    wheels_from_spin: Rows
    wheels_from_torque: Rows
    torque_from_wheels: Rows

    @classmethod
    def of(cls, robot: RobotConfig) -> "BallKinematics":
        """Derive the matrices; raises LinAlgError when the wheels cannot turn the ball freely."""
        matrix = wheel_matrix(robot)
        return cls(
            robot.ball.radius,
            _rows(np.linalg.inv(matrix)),
            _rows(matrix),
            _rows(np.linalg.inv(matrix.T)),
            _rows(matrix.T),
        )

    def ball_spin(self, wheel_speeds: Vector) -> Vector:
        """Rotation rate of the ball relative to the body, rad/s in base_link."""
        return _apply(self.spin_from_wheels, wheel_speeds)

    def wheel_speeds(self, ball_spin: Vector) -> Vector:
        """Wheel speeds [rad/s] of a ball spin relative to the body [rad/s, base_link]."""
        return _apply(self.wheels_from_spin, ball_spin)

    def wheel_torques(self, ball_torque: Vector) -> Vector:
        """Wheel torques [N m] that put ``ball_torque`` [N m, base_link] on the ball."""
        return _apply(self.wheels_from_torque, ball_torque)

    def ball_torque(self, wheel_torques: Vector) -> Vector:
        """Torque on the ball [N m, base_link] of wheel torques [N m]."""
        return _apply(self.torque_from_wheels, wheel_torques)

    def ball_velocity(self, wheel_speeds: Vector, body_rate: Vector, tilt: Quaternion) -> Vector:
        """Velocity of the rolling ball's centre on level ground, m/s in the heading frame.

        ``body_rate`` is base_link's angular velocity in base_link [rad/s], ``tilt`` base_link in
        the heading frame. The body's own rotation counts: the wheels measure against a tipping
        body.
        """
        spin = self.ball_spin(wheel_speeds)
        turning = (spin[0] + body_rate[0], spin[1] + body_rate[1], spin[2] + body_rate[2])
        x, y, _ = rotate(tilt, turning)
        return (self.radius * y, -self.radius * x, 0.0)
