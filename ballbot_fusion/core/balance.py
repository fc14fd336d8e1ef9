"""The classical balancing controller: fallback on the robot, teacher in training.

Planar model about each horizontal axis: a ball of mass M and inertia I_b rolls without slip and
carries a body of mass m, inertia I about its centre of mass, l above the ball's centre. With x the
ball's position, theta the body's tilt and T the torque on the ball,

    (M + m + I_b / R^2) x'' + m l theta'' = T / R
    m l x'' + (I + m l^2) theta'' - m g l theta = -T

(Lagrange's equations, linearised; the planar model of Lauwers, Kantor, Hollis, ICRA 2006, with the
body's angle measured from the vertical). The gains are those of the discrete LQR at the control
rate. On ground that rises by s, it takes the torque T = (M + m) g R s and the tilt T / (m g l) to
hold; s is that of the estimate (core/level.py), the integral of the velocity error does the rest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm, solve_discrete_are

from ballbot_fusion.core import rotation
from ballbot_fusion.core.estimator import ZERO, Estimate
from ballbot_fusion.core.kinematics import BallKinematics
from ballbot_fusion.core.planar import GRAVITY, PlanarRobot, clip
from ballbot_fusion.core.robot import NotNegative, Positive, RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.settings import Settings


class BalanceSettings(Settings):
    """Weights of the quadratic cost and the limits of what is asked of the body."""

    tilt_weight: Positive = 60.0
    """Cost per rad^2."""
    tilt_rate_weight: Positive = 2.0
    """Cost per (rad/s)^2."""
    velocity_weight: Positive = 20.0
    """Cost per (m/s)^2 of velocity error."""
    travel_weight: Positive = 5.0
    """Cost per m^2 of the velocity error's integral."""
    torque_weight: Positive = 0.12
    """Cost per (N m)^2 on the ball."""
    yaw_gain: NotNegative = 1.2
    """Torque about z per yaw rate error, N m s/rad."""
    max_travel: Positive = 0.3
    """Bound of the velocity error's integral, m: how hard it leans against a slope."""
    max_velocity_error: Positive = 0.5
    """Velocity errors are cut here, m/s, so that a large one cannot ask for a fall."""


def planar_model(robot: RobotConfig, axis: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Continuous A (4, 4), B (4, 1) for the state [travel, tilt, velocity, tilt rate].

    ``axis`` is the one the body tips about: 0 for x, 1 for y.
    """
    _, rolling, lever, tipping = PlanarRobot.of(robot, axis)
    inertia = np.array([[rolling, lever], [lever, tipping]])
    gravity = np.array([[0.0, 0.0], [0.0, GRAVITY * lever]])
    a, b = np.zeros((4, 4)), np.zeros((4, 1))
    a[0, 2] = a[1, 3] = 1.0
    a[2:, :2] = np.linalg.solve(inertia, gravity)
    b[2:, 0] = np.linalg.solve(inertia, np.array([1.0 / robot.ball.radius, -1.0]))
    return a, b


def planar_gains(
    robot: RobotConfig, axis: int, period_s: float, settings: BalanceSettings
) -> NDArray[np.float64]:
    """Gains (4,): torque on the ball = -gains @ [travel error, tilt, velocity error, tilt rate]."""
    a, b = planar_model(robot, axis)
    held = expm(np.block([[a, b], [np.zeros((1, 5))]]) * period_s)
    a_d, b_d = held[:4, :4], held[:4, 4:]
    cost = np.diag(
        [
            settings.travel_weight,
            settings.tilt_weight,
            settings.velocity_weight,
            settings.tilt_rate_weight,
        ]
    )
    effort = np.array([[settings.torque_weight]])
    value = solve_discrete_are(a_d, b_d, cost, effort)
    gains = np.linalg.solve(effort + b_d.T @ value @ b_d, b_d.T @ value @ a_d)
    return np.asarray(gains[0], np.float64)


def _holding(robot: RobotConfig) -> tuple[float, float]:
    mass, _, lever, _ = PlanarRobot.of(robot, 0)
    torque = mass * GRAVITY * robot.ball.radius
    return torque, torque / (lever * GRAVITY)


@dataclass(frozen=True)
class BalanceController:
    """LQR about both horizontal axes and a rate controller about the vertical one."""

    kinematics: BallKinematics
    settings: BalanceSettings
    gains_x: tuple[float, ...]
    """For motion along x: tipping about y."""
    gains_y: tuple[float, ...]
    period_s: float
    max_torque: float
    holding: tuple[float, float]
    """Torque [N m] and tilt [rad] that hold it on a slope, per rad of slope."""

    @classmethod
    def of(
        cls, robot: RobotConfig, rate_hz: float, settings: BalanceSettings | None = None
    ) -> "BalanceController":
        """Solve for the gains of ``robot`` at the control rate."""
        settings = settings or BalanceSettings()
        period_s = 1.0 / rate_hz
        along_x, along_y = (planar_gains(robot, axis, period_s, settings) for axis in (1, 0))
        return cls(
            BallKinematics.of(robot),
            settings,
            tuple(map(float, along_x)),
            tuple(map(float, along_y)),
            period_s,
            robot.wheels.max_torque,
            _holding(robot),
        )

    def advance(self, travel: Vector, estimate: Estimate, command: Vector = ZERO) -> Vector:
        """Integrate the velocity error over one period, bounded; (x, y, 0) in m."""
        bound = self.settings.max_travel
        dx = (estimate.velocity[0] - command[0]) * self.period_s
        dy = (estimate.velocity[1] - command[1]) * self.period_s
        return (clip(travel[0] + dx, bound), clip(travel[1] + dy, bound), 0.0)

    def ball_torque(self, estimate: Estimate, command: Vector, travel: Vector) -> Vector:
        """Torque on the ball, N m in the heading frame.

        ``command`` is vx, vy [m/s] and yaw rate [rad/s] in the heading frame.
        """
        tilt = estimate.tilt_rotation
        lean = rotation.to_rotation_vector(tilt)
        rate = rotation.rotate(tilt, estimate.rate)
        bound = self.settings.max_velocity_error
        vx = clip(estimate.velocity[0] - command[0], bound)
        vy = clip(estimate.velocity[1] - command[1], bound)
        kx, ky = self.gains_x, self.gains_y
        torque, angle = self.holding
        up_x, up_y = estimate.level.slope
        # Tipping about +y leads towards +x, tipping about +x towards -y.
        lean_x, lean_y = lean[1] - angle * up_x, -lean[0] - angle * up_y
        along_x = torque * up_x - (
            kx[0] * travel[0] + kx[1] * lean_x + kx[2] * vx + kx[3] * rate[1]
        )
        along_y = torque * up_y - (
            ky[0] * travel[1] + ky[1] * lean_y + ky[2] * vy - ky[3] * rate[0]
        )
        # Spinning the ball one way turns the body the other way.
        about_z = self.settings.yaw_gain * (rate[2] - command[2])
        return (-along_y, along_x, about_z)

    def wheel_torques(
        self, estimate: Estimate, command: Vector = ZERO, travel: Vector = ZERO
    ) -> Vector:
        """Wheel torques [N m], scaled down together when one exceeds its motor."""
        tilt = estimate.tilt_rotation
        torque = self.ball_torque(estimate, command, travel)
        wheels = self.kinematics.wheel_torques(rotation.rotate(rotation.conjugate(tilt), torque))
        largest = max(map(abs, wheels))
        scale = 1.0 if largest <= self.max_torque else self.max_torque / largest
        return (wheels[0] * scale, wheels[1] * scale, wheels[2] * scale)
