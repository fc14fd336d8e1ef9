"""The whole loop in one process: simulation, tick, policy, safety. Bit for bit what lockstep runs.

Order in every period: the plant advances; inference ticks on what arrived and acts; safety ticks on
IMU and encoders, takes the policy's command and answers with the motor command of the next period.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ballbot_fusion.core import tick as core
from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.safety import Safety, SafetyInputs, SafetyState, echo
from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.samples import CommandSample, InstructionSample, Sample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import BALANCE_KEYS, ObservationSpec
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.core.velocity_loop import VelocityLoop
from ballbot_fusion.core.wheel_check import WheelCheck, felt
from ballbot_fusion.core.wheel_joints import WheelJoints
from ballbot_fusion.evaluation.drivers import Driver
from ballbot_fusion.evaluation.script import Pushes, Sayings
from ballbot_fusion.evaluation.speaker import Speaker
from ballbot_fusion.simulation.plant import STEP_NS, Plant
from ballbot_fusion.simulation.policy_faults import PolicyLine
from ballbot_fusion.simulation.run_log import RunLog

Span = tuple[float, float]
"""From when until when, s after the stand let go."""
CommandScript = Callable[[float], Vector]
"""Commanded vx, vy [m/s], yaw rate [rad/s] at a time [s] after the stand let go."""
ARMING_LIMIT_NS = 5_000_000_000
COMMAND_PERIOD_NS = 50_000_000
"""How often a scripted command is sent: 20 Hz, as teleoperation does."""


class SafetyDriver:
    """What the safety node does in a tick.

    It hears the same IMU and encoders as the policy, so that the policy's tick serves for both:
    that saves a quarter of the time. Only where the policy is told something else of the motors
    than safety knows, it ticks by itself, as its node does.
    """

    def __init__(
        self, robot: RobotConfig, rate_hz: int, settings: SafetySettings, *, ticks: bool = False,
        velocities: bool = False,
    ) -> None:  # fmt: skip
        """Guard ``robot``, arming it as soon as every precondition holds; ``ticks``: by itself.

        ``velocities``: command the motors by velocities, not by torques.
        """
        self._sensing = Sensing(ObservationSpec.of(BALANCE_KEYS), robot) if ticks else None
        self._tick_state = initial_state(0, 0)
        self._joints = WheelJoints.of(robot)
        controller = BalanceController.of(robot, rate_hz)
        wheels = WheelCheck(robot, rate_hz)
        loop = VelocityLoop.of(robot) if velocities else None
        self._safety = Safety(controller, robot.wheels.max_torque, rate_hz, settings, wheels, loop)
        self.state = SafetyState()

    def told(self, now_ns: int) -> list[Sample]:
        """What the motors were told last."""
        return echo(self.state, self._joints, now_ns)

    def act(
        self,
        result: Tick,
        samples: list[Sample],
        command: PolicyCommand | None,
        now_ns: int,
        *,
        stop: bool = False,
    ) -> Vector:
        """Judge the policy's command (None: it is silent); return the motors' command.

        ``result`` is the policy's tick, ``samples`` what it heard; ``stop``: the emergency stop is
        pressed.
        """
        if self._sensing is not None:
            heard = [s for s in samples if s.source in (Source.IMU, Source.ENCODERS)]
            heard += self.told(now_ns)
            result = core.tick(self._sensing, self._tick_state, heard, now_ns)
            self._tick_state = result.state
        arm = self.state.mode is Mode.DISARMED
        inputs = SafetyInputs(
            result.estimate, result.sources, command, arm=arm, e_stop=stop, felt=felt(result)
        )
        state, output = self._safety.step(self.state, inputs, now_ns)
        self.state = self._safety.looked(state, inputs)
        return output.effort if self._safety.velocity is None else output.setpoint


@dataclass
class ClosedLoop:
    """One robot balancing by one policy in one simulation."""

    plant: Plant
    driver: Driver
    safety: SafetyDriver
    command: CommandScript | None = None
    pushes: Pushes = ()
    sayings: Sayings = ()
    policy: PolicyLine | None = None
    """What goes wrong with ``driver``; None: nothing does."""
    speaker: Speaker | None = None
    """Says what ``command`` commands; None: ``driver`` is told in numbers alone."""
    stop: Span | None = None
    """When the emergency stop is pressed; None: never."""
    log: RunLog = field(default_factory=RunLog)
    told: Vector = ZERO
    """The motors' command: torques [N m], or velocities [rad/s]."""
    _command_ns: int = -COMMAND_PERIOD_NS

    @property
    def effort(self) -> Vector:
        """Torques at the wheels that the motors were told last, as whatever command, N m."""
        return self.safety.state.effort

    def _commands(self, now_ns: int) -> list[Sample]:
        if self.command is None or self.log.released_ns is None:
            return []
        if now_ns - self._command_ns < COMMAND_PERIOD_NS:
            return []
        self._command_ns = now_ns
        velocity = self.command((now_ns - self.log.released_ns) * 1e-9)
        said = [] if self.speaker is None else self.speaker.say(velocity, now_ns)
        return [CommandSample(Source.COMMAND, now_ns, now_ns, velocity), *said]

    def _begins(self, start_s: float, now_ns: int) -> bool:
        """Whether a time, s after the stand let go, came within the last period."""
        if self.log.released_ns is None:
            return False
        begin_ns = self.log.released_ns + round(start_s * 1e9)
        return begin_ns <= now_ns < begin_ns + self.plant.steps * STEP_NS

    def _within(self, span: Span, now_ns: int) -> bool:
        released_ns = self.log.released_ns
        return released_ns is not None and span[0] <= (now_ns - released_ns) * 1e-9 < span[1]

    def _push(self, now_ns: int) -> None:
        for push in self.pushes:
            if self._begins(push.start_s, now_ns):
                self.plant.simulation.push(push.force, push.seconds)

    def _said(self, now_ns: int) -> list[Sample]:
        return [
            InstructionSample(Source.INSTRUCTION, now_ns, now_ns, saying.embedding)
            for saying in self.sayings
            if self._begins(saying.start_s, now_ns)
        ]

    def step(self) -> Tick:
        """Run one control period; return the policy's tick."""
        # Inference hears the last motor command one period later.
        samples = self.plant.advance(self.told, self.safety.told(self.plant.time_ns))
        self.log.record(self.plant.simulation)
        now_ns = self.plant.time_ns
        self._push(now_ns)
        heard = [*samples, *self._commands(now_ns), *self._said(now_ns)]
        tick, command = self._asked(heard, now_ns)
        stop = self.stop is not None and self._within(self.stop, now_ns)
        self.told = self.safety.act(tick, samples, command, now_ns, stop=stop)
        if self.safety.state.mode is Mode.ARMED and self.plant.simulation.held:
            self.plant.simulation.release()
        return tick

    def _asked(self, heard: list[Sample], now_ns: int) -> tuple[Tick, PolicyCommand | None]:
        """Let the policy act; return its tick, and what safety hears of it."""
        if self.policy is not None:
            released_ns = self.log.released_ns
            seconds = None if released_ns is None else (now_ns - released_ns) * 1e-9
            return self.policy.act(heard, now_ns, seconds)
        tick, wanted = self.driver.act(heard, now_ns)
        return tick, None if wanted is None else PolicyCommand(wanted, now_ns)

    def run(
        self,
        seconds: float,
        each: Callable[[Tick], None] | None = None,
        *,
        beyond_fall: bool = False,
    ) -> RunLog:
        """Step until ``seconds`` have passed since the stand let go, or the robot fell.

        Args:
            seconds: simulated, after the stand let go.
            each: called with every tick.
            beyond_fall: go on after a fall, as a launch does.

        Raises:
            RuntimeError: safety did not arm within 5 s.
        """
        while beyond_fall or not self.log.fell:
            tick = self.step()
            if each is not None:
                each(tick)
            released_ns = self.log.released_ns
            if released_ns is None:
                self._check_arming()
            elif self.plant.time_ns - released_ns >= round(seconds * 1e9):
                break
        return self.log

    def _check_arming(self) -> None:
        if self.plant.time_ns > ARMING_LIMIT_NS:
            reason = self.safety.state.reason
            raise RuntimeError(f"Safety did not arm within 5 s of simulated time: {reason}.")

    def summary(self) -> dict[str, Any]:
        """Figures of the run, by the names that every summary uses."""
        state = self.safety.state
        share = state.policy_steps / state.armed_steps if state.armed_steps else 0.0
        return {**self.log.summary(), "policy_share": share, "safety": state.mode.value}
