"""The safety node: the only publisher to the motors. Few imports, nothing that can block."""

import time
from collections.abc import Mapping
from math import degrees, inf
from typing import Any

from diagnostic_msgs.msg import DiagnosticStatus
from rclpy.publisher import Publisher
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64MultiArray, String

from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.checks import joint_order
from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.estop import EStop
from ballbot_fusion.core.gamepad import Gamepad
from ballbot_fusion.core.mode import BALANCING, Mode
from ballbot_fusion.core.operator import Operator
from ballbot_fusion.core.policy_watch import Arrivals, PolicyCommand
from ballbot_fusion.core.prepared import Prepared, prepared, tick_of
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.safety import Safety, SafetyInputs, SafetyOutput, SafetyState, echo
from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.tick_state import TickState, initial_state
from ballbot_fusion.core.topic_names import EFFORTS, MOTOR_TOPICS, VELOCITIES
from ballbot_fusion.core.velocity_loop import VelocityLoop
from ballbot_fusion.core.wheel_check import WheelCheck, felt
from ballbot_fusion.nodes import qos, wire_out
from ballbot_fusion.nodes.intake import Wait
from ballbot_fusion.nodes.lifecycle import BallbotNode
from ballbot_fusion.nodes.lockstep import steady_ns
from ballbot_fusion.nodes.operator_requests import OperatorRequests
from ballbot_fusion.nodes.process import run
from ballbot_fusion.nodes.safety_lockstep import LockstepSafety
from ballbot_fusion.nodes.safety_settings import SafetyNodeSettings
from ballbot_fusion.nodes.sensor_intakes import effort_intake, encoder_intake, imu_intake
from ballbot_fusion.nodes.stream_gap import StreamGap
from ballbot_fusion.nodes.stream_report import RefusedCount, unread

LEVELS = {
    Mode.ARMED: DiagnosticStatus.OK,
    Mode.DISARMED: DiagnosticStatus.OK,
    Mode.FALLBACK: DiagnosticStatus.WARN,
    Mode.FAULT: DiagnosticStatus.ERROR,
}
COUNT_EVERY_S = 1.0
"""How often an armed node looks for others that command the motors."""
OBSERVED = ("orientation",)
"""It goes by the estimate and the health of streams; but a spec must have something."""
PREPARES_S = 0.0006
"""How long before the policy's next command the samples are taken in that are there by then."""


class SafetyNode(BallbotNode[SafetyNodeSettings]):
    """Arms, watches the policy, balances when it is silent, cuts the motors when nothing helps."""

    model = SafetyNodeSettings
    live = frozenset({"auto_arm", "dry_run", "limits"})

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__("safety")
        self._commanding = False
        """Whether the motors are told what to do."""

    # --- building ---

    def configure(self) -> None:
        """Solve for the fallback's gains, subscribe and publish."""
        settings = self.settings
        self._robot = load_robot(settings.robot)
        self._state = SafetyState()
        self._fallback = BalanceController.of(self._robot, settings.control_rate)
        self._wheels = WheelCheck(self._robot, settings.control_rate)
        self._velocity = None
        if settings.command_type == VELOCITIES:
            self._velocity = VelocityLoop.of(self._robot)
        self.changed(settings)
        self._sensing = Sensing(ObservationSpec.of(OBSERVED), self._robot)
        self._period_s = 1.0 / settings.control_rate
        self.imu = imu_intake(self, lockstep=settings.lockstep)
        self.joints = encoder_intake(self, lockstep=settings.lockstep)
        commands = qos.EVERYTHING if settings.lockstep else qos.COMMAND
        self.commands = effort_intake(self, "policy_command", commands)
        self.motors = qos.publisher(self, JointState, "motor_commands", commands)
        self._array = None
        if settings.command_type in (EFFORTS, VELOCITIES):
            topic, _ = MOTOR_TOPICS[settings.command_type]
            self._array = qos.publisher(self, Float64MultiArray, topic, commands)
        self._states = qos.publisher(self, String, "safety/state", qos.LATCHED)
        operator = Operator(EStop(settings.e_stop), Gamepad(settings.gamepad))
        self.requests = OperatorRequests(self, operator, lambda: self._state)
        heard = [self.commands, *self.requests.intakes]
        self._wait = Wait(self, heard, self.requests.services)
        self._lockstep = LockstepSafety(self) if settings.lockstep else None

    def changed(self, settings: SafetyNodeSettings) -> None:
        """Take limits; they hold from the next step on.

        Raises:
            ValueError: dry run is to begin or end while it balances: the motors would get their
                torque without a ramp, or lose it.
        """
        if settings.dry_run != self.settings.dry_run and self._state.mode in BALANCING:
            raise ValueError(
                f"dry_run: {self._state.mode.value}, expected DISARMED: `ballbot disarm` first."
            )
        self.settings = settings
        torque = self._robot.wheels.max_torque
        self._safety = Safety(
            self._fallback, torque, settings.control_rate, settings.limits, self._wheels,
            self._velocity,
        )  # fmt: skip

    def start(self) -> None:
        """Begin disarmed."""
        now_ns, offset_ns = steady_ns(self.settings.lockstep)
        self._prepared = Prepared(initial_state(now_ns, offset_ns))
        self._state = SafetyState(since_ns=now_ns)
        self._announced: Mode | None = None
        self._imu_gap, self._arrivals = StreamGap(), Arrivals()
        self._refused, self._refused_commands = RefusedCount(), 0
        self._next_s = self._count_again_s = time.monotonic()
        self._prepares_s = inf
        self.requests.forget()
        self._commanding = True
        if self._lockstep is not None:
            self._lockstep.start()

    def stop(self) -> None:
        """Leave the motors at zero."""
        self._let_go()

    def finish(self) -> None:
        """Leave the motors at zero."""
        self._let_go()

    def _let_go(self) -> None:
        """Say zero last: a driver without a time-out repeats the last torque for ever."""
        commanded, self._commanding = self._commanding, False
        # In lockstep the bridge counts commands, one for each tick.
        if not commanded or self._lockstep is not None:
            return
        if self._state.mode in BALANCING:
            self._state = SafetyState(since_ns=time.monotonic_ns(), reason="safety ends its work")
        self._send(SafetyOutput(ZERO, "none"))
        self._announce()

    # --- the loop ---

    def work(self) -> None:
        """Wait for the policy's command, for an operator, or for the time it should have come."""
        if self._lockstep is not None:
            self._lockstep.work()
            return
        _, *others = self._wait(max(min(self._next_s, self._prepares_s) - time.monotonic(), 0.0))
        woke_s = time.monotonic()
        commands = self.commands.take()
        urgent = any(others) and self.requests.hear()
        if commands or urgent or time.monotonic() >= self._next_s:
            samples = self._listen()
            # The step is now, not when the loop woke: nothing has arrived after its own step.
            self.step(samples, commands[-1] if commands else None, time.monotonic_ns())
            # One and a half periods for the policy; where nobody is waited for, exactly one.
            patience = 1.5 if self._state.mode is Mode.ARMED else 1.0
            self._next_s = time.monotonic() + patience * self._period_s
            self._prepares_s = woke_s + self._period_s - PREPARES_S
        elif time.monotonic() >= self._prepares_s:
            self._prepare(self._listen())
            self._prepares_s = inf

    def _listen(self) -> list[Sample]:
        """Take what the sensors have said."""
        imu = self.imu.take()
        self._imu_gap.hear(imu)
        return [*imu, *self.joints.take()]

    @property
    def _sensed(self) -> TickState:
        """The state after the last tick."""
        return self._prepared.before

    def _note_arrivals(self, samples: list[Sample]) -> None:
        self._arrivals.hear(sample for sample in samples if sample.source is Source.IMU)

    def _prepare(self, samples: list[Sample]) -> None:
        self._note_arrivals(samples)
        self._prepared = prepared(self._sensing, self._prepared, samples)

    def step(self, samples: list[Sample], command: JointSample | None, now_ns: int) -> Mode:
        """One step of the state machine at ``now_ns`` (steady); publishes the motor command."""
        if not self.settings.dry_run:
            samples = [*samples, *echo(self._state, self._sensing.joints, now_ns)]
        result = tick_of(self._sensing, self._prepared, samples, now_ns)
        self._prepared = Prepared(result.state)
        self._refused.add(result.refused)
        self._note_arrivals(samples)
        heard = None if command is None else self._heard(command, now_ns)
        asked = self.requests.asked(now_ns)
        by_itself = self.settings.auto_arm and not asked.disarmed
        inputs = SafetyInputs(
            result.estimate, result.sources, heard,
            arm=asked.arm or (by_itself and self._state.mode is Mode.DISARMED),
            disarm=asked.disarm, e_stop=bool(asked.stop), stop_reason=asked.stop,
            missing=asked.missing, felt=felt(result), publishers=self._motor_publishers(),
        )  # fmt: skip
        self._state, output = self._safety.step(self._state, inputs, now_ns)
        self.requests.taken(self._state.mode)
        self._refused_commands += heard is not None and self._state.watch.good_since_ns is None
        self._send(output)
        # The motors have their command: now there is time.
        self._state = self._safety.looked(self._state, inputs)
        self._announce()
        return self._state.mode

    def _heard(self, command: JointSample, now_ns: int) -> PolicyCommand:
        # In lockstep a command's stamp is its tick's time, and answers to all that belongs to that.
        lockstep = self.settings.lockstep
        lag_ns = 0 if lockstep else self._arrivals.lag_ns(command.stamp_ns, now_ns)
        return PolicyCommand(self._effort_of(command), now_ns, lag_ns)

    def _effort_of(self, command: JointSample) -> tuple[float, ...]:
        """Efforts in the policy's joint order; empty (and so refused) when a joint is missing."""
        order = joint_order(command.names, self._robot.joint_names)
        if order is None or len(command.effort) != len(command.names):
            return ()
        return tuple(command.effort[joint] for joint in order)

    @property
    def outputs(self) -> list[Publisher]:
        """Publishers of what the motors are told."""
        return [entry for entry in (self.motors, self._array) if entry is not None]

    def _motor_publishers(self) -> int:
        """Count them: in every step until it is armed, then once a second, for it takes long."""
        armed = self._state.mode is not Mode.DISARMED
        if self.settings.lockstep or (armed and time.monotonic() < self._count_again_s):
            return 1
        self._count_again_s = time.monotonic() + COUNT_EVERY_S
        # By the names that remapping gave them.
        topics = [entry.topic_name for entry in (self.motors, self._array) if entry is not None]
        return max(int(self.count_publishers(topic)) for topic in topics)

    def _send(self, output: SafetyOutput) -> None:
        effort: Vector = ZERO if self.settings.dry_run else output.effort
        told = self._sensing.joints.commanded(effort)
        newest = self._sensed.sync.channels[Source.IMU].sample
        stamp_ns = 0 if newest is None else newest.stamp_ns
        names = self._robot.driver_names
        self.motors.publish(wire_out.effort_bytes(names, told, stamp_ns, output.driver))
        if self._array is None:
            return
        if self._velocity is not None:
            setpoint: Vector = ZERO if self.settings.dry_run else output.setpoint
            told = self._sensing.joints.commanded_speeds(setpoint)
        self._array.publish(Float64MultiArray(data=told))

    def _announce(self) -> None:
        if self._state.mode is not self._announced:
            self._announced = self._state.mode
            self._states.publish(String(data=self._state.mode.value))
            self.get_logger().info(f"{self._state.mode.value}: {self._state.reason}")
            self.publish_diagnostics()

    # --- diagnostics ---

    def report(self) -> tuple[bytes, str, Mapping[str, Any]]:
        """Mode, cause and figures."""
        state = self._state
        share = state.policy_steps / state.armed_steps if state.armed_steps else 0.0
        sensed = self._sensed.estimate
        return LEVELS[state.mode], f"{state.mode.value}: {state.reason}", {
            "mode": state.mode.value,
            "reason": state.reason,
            "dry_run": self.settings.dry_run,
            "tilt_deg": round(degrees(sensed.tilt), 2),
            "tilt_limit_deg": self.settings.limits.tilt_limit_deg,
            "tilt_bias_deg": [round(degrees(angle), 2) for angle in sensed.level.bias],
            "slope_deg": [round(degrees(angle), 1) for angle in sensed.level.slope],
            "wheels": self._wheels.progress(state.wheels),
            "armed_steps": state.armed_steps,
            "policy_steps": state.policy_steps,
            "policy_share": round(share, 6),
            "imu_gap_ms": round(self._imu_gap.largest_ns * 1e-6, 2),
            "commands_refused": self._refused_commands,
            "command_refused": state.watch.refused,
            **self._refused.values(),
            **unread([self.imu, self.joints, self.commands, *self.requests.intakes]),
        }  # fmt: skip


def main() -> None:
    """Run the safety node."""
    run(SafetyNode)
