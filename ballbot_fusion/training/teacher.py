"""The teacher: the LQR on the simulation's true state. It follows the command the student sees."""

from math import nan

from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.simulation.simulation import Simulation


class Teacher:
    """Labels for any state of the simulation."""

    def __init__(self, robot: RobotConfig, rate_hz: int) -> None:
        """Solve for the gains of ``robot`` at ``rate_hz``."""
        self._controller = BalanceController.of(robot, rate_hz)
        self._max_torque = robot.wheels.max_torque

    def label(self, simulation: Simulation, command: Vector) -> Vector:
        """Action (3,) in [-1, 1] for the true state; ``command`` as in the observation."""
        truth = simulation.ground_truth()
        estimate = Estimate(
            attitude=truth.orientation,
            rate=truth.angular_velocity,
            velocity=truth.heading_velocity,
            wheel_speeds=(nan, nan, nan),
        )
        a, b, c = self._controller.wheel_torques(estimate, command)
        return (a / self._max_torque, b / self._max_torque, c / self._max_torque)
