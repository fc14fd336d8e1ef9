"""Who may ask for torques in a closed loop: an exported policy, or the classical controller."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ballbot_fusion.core import tick as core
from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.cameras import keys_for
from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.teacher.alive import alive_index
from ballbot_fusion.simulation.teacher.teacher import CAMERAS, Teacher


class Driver(Protocol):
    """Anything that turns samples into wheel torques."""

    def act(self, samples: Sequence[Sample], now_ns: int) -> tuple[Tick, tuple[float, ...]]:
        """Tick and return it with the wheel torques [N m]; none when it withholds them."""


class PolicyDriver:
    """What the inference node does in a tick."""

    def __init__(
        self,
        robot: RobotConfig,
        runtime: PolicyRuntime,
        limits: CommandLimits,
        *,
        trusting: bool = False,
        since_ns: int = 0,
    ) -> None:
        """Observe ``robot`` as the policy's spec demands, from ``since_ns`` on.

        ``trusting`` tells the policy that nothing is ever masked: what masks are worth.
        """
        self._runtime, self._trusting = runtime, trusting
        self._sensing = Sensing(runtime.spec, robot, limits)
        self._state = initial_state(since_ns, 0)

    def act(self, samples: Sequence[Sample], now_ns: int) -> tuple[Tick, tuple[float, ...]]:
        """Tick and return it with the wheel torques [N m] that the policy asks for."""
        result = core.tick(self._sensing, self._state, samples, now_ns)
        self._state = result.state
        mask = np.ones_like(result.mask) if self._trusting else None
        output = self._runtime.answer(result, mask)
        torques, _ = self._runtime.torques(output.action, result)
        return result, torques


def _spec_for(robot: RobotConfig) -> ObservationSpec:
    """What whoever needs no image of a certain kind observes: whatever the cameras give."""
    return ObservationSpec.of(keys_for(DEPLOYED_KEYS, robot))


class LqrDriver:
    """The classical controller in the policy's place: the baseline. It follows the command."""

    def __init__(
        self, robot: RobotConfig, rate_hz: int, limits: CommandLimits, *, since_ns: int = 0
    ) -> None:
        """Solve for the gains of ``robot``; it senses from ``since_ns`` on."""
        self._controller = BalanceController.of(robot, rate_hz)
        self._sensing = Sensing(_spec_for(robot), robot, limits)
        self._state = initial_state(since_ns, 0)

    def act(self, samples: Sequence[Sample], now_ns: int) -> tuple[Tick, Vector]:
        """Tick and return it with the wheel torques [N m] of the LQR."""
        result = core.tick(self._sensing, self._state, samples, now_ns)
        self._state = result.state
        return result, self._controller.wheel_torques(result.estimate, result.state.command)


class TeacherDriver:
    """The teacher in the policy's place: it knows the true state, and sees with what is not masked.

    What a policy that imitates it can reach at best.
    """

    def __init__(
        self,
        robot: RobotConfig,
        rate_hz: int,
        limits: CommandLimits,
        simulation: Simulation,
        *,
        since_ns: int = 0,
    ) -> None:
        """Drive the robot in ``simulation``; it senses from ``since_ns`` on."""
        self._teacher = Teacher(robot, rate_hz, simulation.terrain)
        self._simulation = simulation
        self._sensing = Sensing(_spec_for(robot), robot, limits)
        self._state = initial_state(since_ns, 0)
        self._scale = robot.wheels.max_torque

    def act(self, samples: Sequence[Sample], now_ns: int) -> tuple[Tick, Vector]:
        """Tick and return it with the wheel torques [N m] of the teacher."""
        result = core.tick(self._sensing, self._state, samples, now_ns)
        self._state = result.state
        truth = self._simulation.ground_truth()
        if result.fresh:
            self._teacher.look(truth)
        alive = CAMERAS[alive_index(result.mask[None], self._sensing.spec)[0]]
        velocity = self._teacher.velocity(truth, result.state.command, alive)
        a, b, c = self._teacher.action(truth, velocity, result.estimate.level.slope)
        return result, (a * self._scale, b * self._scale, c * self._scale)
