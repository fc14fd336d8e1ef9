"""The safety node: the only publisher to the motors. Few imports, nothing that can block."""

import time
from collections import deque
from collections.abc import Mapping
from math import degrees
from typing import Any, Literal

from diagnostic_msgs.msg import DiagnosticStatus
from pydantic import Field
from sensor_msgs.msg import Imu, JointState
from std_msgs.msg import Bool, Float64MultiArray, Int64MultiArray, String
from std_srvs.srv import Trigger

from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.checks import joint_order
from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.safety import (
    Mode,
    PolicyCommand,
    Safety,
    SafetyInputs,
    SafetyOutput,
    SafetySettings,
    SafetyState,
)
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.spec import BALANCE_KEYS, ObservationSpec
from ballbot_fusion.core.tick import Sensing, initial_state, tick
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.conversion import (
    effort_message,
    imu_sample,
    joint_sample,
    nanoseconds,
)
from ballbot_fusion.nodes.intake import Intake, Wait
from ballbot_fusion.nodes.lifecycle import BallbotNode, NodeSettings, run
from ballbot_fusion.nodes.lockstep import MANIFEST, READY, REPLY, Ledger, Manifest


class SafetyNodeSettings(NodeSettings):
    """Parameters of the safety node."""

    robot: str = ""
    """Robot file; empty: the robot that config/robot.yaml describes."""
    control_rate: float = Field(200.0, gt=0.0, le=1000.0)
    """Hz; rate of the policy's commands and of the fallback."""
    auto_arm: bool = False
    """Arm by itself as soon as every precondition holds."""
    dry_run: bool = True
    """Compute everything and send zeros to the motors."""
    lockstep: bool = False
    """Follow the bridge's manifests instead of the clock."""
    silence_timeout_s: float = Field(5.0, gt=0.0)
    """Lockstep: how long to wait for a policy that does not answer, s of real time."""
    command_type: Literal["joint_state", "float64_multi_array"] = "joint_state"
    """Type on the motor topic: JointState, or Float64MultiArray in joint order for ros2_control."""
    limits: SafetySettings = SafetySettings()
    """Limits of the state machine."""


class SafetyNode(BallbotNode[SafetyNodeSettings]):
    """Arms, watches the policy, balances when it is silent, cuts the motors when nothing helps."""

    model = SafetyNodeSettings

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__("safety")

    # --- building ---

    def configure(self) -> None:
        """Solve for the fallback's gains, subscribe and publish."""
        settings = self.settings
        self.robot = load_robot(settings.robot)
        controller = BalanceController.of(self.robot, settings.control_rate)
        torque = self.robot.wheels.max_torque
        self._safety = Safety(controller, torque, settings.control_rate, settings.limits)
        self._sensing = Sensing(ObservationSpec.of(BALANCE_KEYS), self.robot)
        self._period_s = 1.0 / settings.control_rate
        streams = qos.EVERYTHING if settings.lockstep else qos.SENSOR
        commands = qos.EVERYTHING if settings.lockstep else qos.COMMAND
        self._imu = Intake(self, Imu, "imu/data", streams, self._imu_sample)
        self._joints = Intake(self, JointState, "joint_states", streams, self._joint_sample)
        self._commands = Intake(self, JointState, "policy_command", commands, lambda m: m)
        self._stop_button = Intake(self, Bool, "e_stop", qos.LATCHED, lambda m: bool(m.data))
        self._manifests = Intake(self, Int64MultiArray, MANIFEST, qos.EVERYTHING, Manifest.of)
        kind = JointState if settings.command_type == "joint_state" else Float64MultiArray
        self._motors = self.create_publisher(kind, "motor_commands", commands)
        self._states = self.create_publisher(String, "safety/state", qos.LATCHED)
        self._replies = self.create_publisher(Int64MultiArray, REPLY, qos.EVERYTHING)
        self._ready = self.create_publisher(String, READY, qos.LATCHED)
        for name, handler in (
            ("arm", self._on_arm), ("disarm", self._on_disarm), ("e_stop", self._on_stop),
        ):  # fmt: skip
            self.create_service(Trigger, f"safety/{name}", handler)
        self._wait = Wait(self, [self._commands])
        self._wait_for_all = Wait(
            self, [self._manifests, self._imu, self._joints, self._commands, self._stop_button]
        )

    def start(self) -> None:
        """Begin disarmed."""
        self._now_ns = time.monotonic_ns()
        offset = 0 if self.settings.lockstep else self._now_ns - time.time_ns()
        self._tick_state = initial_state(self._now_ns, offset)
        self.state = SafetyState(since_ns=self._now_ns)
        self._ledger = Ledger((Source.IMU, Source.ENCODERS))
        self._manifest: Manifest | None = None
        self._pending: deque[Manifest] = deque()
        self._answers: deque[JointState] = deque()
        self._manifest_since = 0.0
        self._policy_dead = False
        self._arm = self._disarm = self._pressed = self._button = False
        self._stamp_ns = 0
        self._announced: Mode | None = None
        self._next_s = time.monotonic()
        self._is_ready = False

    # --- what arrives ---

    def _imu_sample(self, message: Imu) -> Sample:
        return imu_sample(message, self._now_ns)

    def _joint_sample(self, message: JointState) -> Sample:
        return joint_sample(message, self._now_ns, Source.ENCODERS)

    def _on_arm(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self._pressed = False
        if self.state.mode is Mode.FAULT:
            self._disarm = True
        ready = self.state.mode is not Mode.DISARMED or self.state.ready_since_ns is not None
        self._arm = True
        response.success = ready
        response.message = f"{self.state.mode.value}: {self.state.reason}"
        return response

    def _on_disarm(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self._disarm, self._arm = True, False
        response.success, response.message = True, "disarmed"
        return response

    def _on_stop(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self._pressed = True
        response.success, response.message = True, "emergency stop; `arm` releases it"
        return response

    def _effort_of(self, message: JointState) -> tuple[float, ...]:
        """Efforts in the policy's joint order; empty (and so refused) when a joint is missing."""
        order = joint_order(tuple(message.name), self.robot.joint_names)
        if order is None or len(message.effort) != len(message.name):
            return ()
        return tuple(message.effort[joint] for joint in order)

    # --- the loop ---

    def work(self) -> None:
        """Wait for the policy's command, or for the time that it should have come."""
        if self.settings.lockstep:
            self._work_lockstep()
            return
        self._wait(max(self._next_s - time.monotonic(), 0.0))
        commands = self._commands.take()
        now_s = time.monotonic()
        if commands or now_s >= self._next_s:
            self._now_ns = time.monotonic_ns()
            samples = [*self._imu.take(), *self._joints.take()]
            command = commands[-1] if commands else None
            self._step(samples, command, self._now_ns)
            # One and a half periods for the policy; in the fallback's turn, exactly one.
            patience = 1.5 if self.state.mode is not Mode.FALLBACK else 1.0
            self._next_s = time.monotonic() + patience * self._period_s

    def _step(self, samples: list[Sample], command: JointState | None, now_ns: int) -> None:
        """One step of the state machine; publishes the motor command."""
        result = tick(self._sensing, self._tick_state, samples, now_ns)
        self._tick_state = result.state
        newest = result.state.sync.channels[Source.IMU].sample
        self._stamp_ns = 0 if newest is None else newest.stamp_ns
        for pressed in self._stop_button.take():
            self._button = pressed
        heard = None if command is None else PolicyCommand(self._effort_of(command), now_ns)
        inputs = SafetyInputs(
            result.estimate, result.sources, heard,
            arm=self._arm or (self.settings.auto_arm and self.state.mode is Mode.DISARMED),
            disarm=self._disarm, e_stop=self._pressed or self._button,
            publishers=self._motor_publishers(),
        )  # fmt: skip
        self._disarm = False
        self.state, output = self._safety.step(self.state, inputs, now_ns)
        if self.state.mode is Mode.ARMED:
            self._arm = False
        self._send(output)
        self._announce()

    def _motor_publishers(self) -> int:
        if self.state.mode is not Mode.DISARMED or self.settings.lockstep:
            return 1
        return int(self.count_publishers("motor_commands"))

    def _send(self, output: SafetyOutput) -> None:
        effort: Vector = ZERO if self.settings.dry_run else output.effort
        if self.settings.command_type == "joint_state":
            message = effort_message(self.robot.joint_names, effort, self._stamp_ns)
            message.header.frame_id = output.driver
            self._motors.publish(message)
        else:
            self._motors.publish(Float64MultiArray(data=list(effort)))

    def _announce(self) -> None:
        if self.state.mode is not self._announced:
            self._announced = self.state.mode
            self._states.publish(String(data=self.state.mode.value))
            self.get_logger().info(f"{self.state.mode.value}: {self.state.reason}")
            self.publish_diagnostics()

    # --- lockstep ---

    def _work_lockstep(self) -> None:
        if not self._is_ready:
            self._say_ready()
        self._wait_for_all(0.05)
        self._ledger.hold(self._imu.take())
        self._ledger.hold(self._joints.take())
        if self._manifest is None:
            self._pending.extend(self._manifests.take())
            if self._pending:
                self._manifest, self._manifest_since = self._pending.popleft(), time.monotonic()
        self._answers.extend(self._commands.take())
        if self._manifest is not None and self._ledger.complete(self._manifest):
            self._answer(self._manifest)

    def _answer(self, manifest: Manifest) -> None:
        """Step when the policy has answered this tick, or need not be waited for."""
        command = self._answer_to(manifest)
        if command is None and not manifest.silent and not self._policy_dead:
            if time.monotonic() - self._manifest_since < self.settings.silence_timeout_s:
                return
            self._policy_dead = True
            self.get_logger().warning("the policy does not answer: its ticks count as silent")
        self._manifest = None
        self._step(self._ledger.consume(manifest), command, manifest.time_ns)
        code = list(Mode).index(self.state.mode)
        self._replies.publish(Int64MultiArray(data=[manifest.tick, code]))

    def _answer_to(self, manifest: Manifest) -> JointState | None:
        """Find the command that carries this tick's time; drop older ones."""
        while self._answers and nanoseconds(self._answers[0].header.stamp) < manifest.time_ns:
            self._answers.popleft()
        if self._answers and nanoseconds(self._answers[0].header.stamp) == manifest.time_ns:
            self._policy_dead = False
            return self._answers.popleft()
        return None

    def _say_ready(self) -> None:
        intakes = (self._imu, self._joints, self._commands, self._manifests)
        heard = all(intake.publishers for intake in intakes)
        if heard and self._motors.get_subscription_count() >= 2:
            self._ready.publish(String(data="safety"))
            self._is_ready = True

    # --- diagnostics ---

    def report(self) -> tuple[bytes, str, Mapping[str, Any]]:
        """Mode, cause and figures."""
        if not hasattr(self, "state"):
            return DiagnosticStatus.WARN, self.failure or "not active", {}
        state = self.state
        level = {
            Mode.ARMED: DiagnosticStatus.OK,
            Mode.DISARMED: DiagnosticStatus.OK,
            Mode.FALLBACK: DiagnosticStatus.WARN,
            Mode.FAULT: DiagnosticStatus.ERROR,
        }[state.mode]
        share = state.policy_steps / state.armed_steps if state.armed_steps else 0.0
        return level, f"{state.mode.value}: {state.reason}", {
            "mode": state.mode.value,
            "reason": state.reason,
            "dry_run": self.settings.dry_run,
            "tilt_deg": round(degrees(self._tick_state.estimate.tilt), 2),
            "armed_steps": state.armed_steps,
            "policy_steps": state.policy_steps,
            "policy_share": round(share, 6),
        }  # fmt: skip


def main() -> None:
    """Run the safety node."""
    run(SafetyNode)
