"""The inference node: samples in, policy command out, one tick per control instant."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from diagnostic_msgs.msg import DiagnosticStatus
from nav_msgs.msg import Odometry
from numpy.typing import NDArray
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64MultiArray, MultiArrayDimension, String
from std_srvs.srv import Trigger

from ballbot_fusion.core import glance
from ballbot_fusion.core.drift import Drift, drifted
from ballbot_fusion.core.prepared import Prepared, prepared, tick_of
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.schedule import TickSchedule
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import INSTRUCTION
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.core.tick_state import TickState, initial_state
from ballbot_fusion.core.urdf import urdf
from ballbot_fusion.deployment.library import allowed_policy
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.nodes import qos, wire_out
from ballbot_fusion.nodes.inference_lockstep import LockstepInference
from ballbot_fusion.nodes.inference_settings import InferenceSettings
from ballbot_fusion.nodes.instant import await_instant
from ballbot_fusion.nodes.instruction_intake import InstructionIntake
from ballbot_fusion.nodes.intake import Wait
from ballbot_fusion.nodes.lifecycle import BallbotNode
from ballbot_fusion.nodes.lockstep import steady_ns
from ballbot_fusion.nodes.odometry import odometry_message
from ballbot_fusion.nodes.process import run
from ballbot_fusion.nodes.sensor_intakes import SensorIntakes
from ballbot_fusion.nodes.stream_report import StreamReport, masked_in_words
from ballbot_fusion.nodes.tick_trace import TickTrace, contract_text
from ballbot_fusion.nodes.transforms import Transforms
from ballbot_fusion.recording.contract import TOPIC as CONTRACT
from ballbot_fusion.recording.contract import TRACE

FAST = (Source.ENCODERS, Source.MOTORS, Source.COMMAND)
"""Read before the command goes out; images are read, and encoded, after it, for the next tick."""
IMAGES = (Source.CAMERA_0, Source.CAMERA_1)
FEATURES_EVERY = 10
"""Features and glances are published every so many ticks: they are for looking at."""


class InferenceNode(BallbotNode[InferenceSettings]):
    """Runs the policy. It knows nothing of the simulation's truth."""

    model = InferenceSettings
    live = frozenset({"policy", "late_share"})

    def __init__(self) -> None:
        """Declare parameters; the policy that it is started with is the operator's choice."""
        super().__init__("inference")
        self._given = str(self.get_parameter("policy").value)
        self._has_run = False

    # --- building ---

    def configure(self) -> None:
        """Load the policy, subscribe and publish."""
        settings = self.settings
        self._robot = load_robot(settings.robot)
        self.instructions = InstructionIntake(self)
        self.trace = TickTrace(self, lockstep=settings.lockstep)
        self._contract = qos.publisher(self, String, CONTRACT, qos.LATCHED)
        runtime = self._load(settings)
        if self._has_run:  # and was cleaned up: others still go by that rate
            self._refuse_another_rate(runtime)
        self._take_policy(runtime)
        self._has_run = True
        self.intakes = SensorIntakes(
            self, self._robot, lockstep=settings.lockstep,
            stamped_command=settings.stamped_command, cameras=settings.used_cameras,
        )  # fmt: skip
        commands = qos.EVERYTHING if settings.lockstep else qos.COMMAND
        self.commands = qos.publisher(self, JointState, "policy_command", commands)
        self._odom = qos.publisher(self, Odometry, "odom", qos.EVENTS)
        self._features = qos.publisher(self, Float64MultiArray, "inference/features", qos.EVENTS)
        self._publish_contract()
        self._glances = qos.publisher(self, Float64MultiArray, "inference/glance", qos.EVENTS)
        self.create_service(Trigger, "inference/load_policy", self._on_load_policy)
        self._description = qos.publisher(self, String, "robot_description", qos.LATCHED)
        self._transforms: Transforms | None = None
        if settings.publish_tf:
            rate_hz = self._runtime.metadata.control_rate_hz
            self._transforms = Transforms(self, self._robot, rate_hz)
        self._wait = Wait(self, [self.intakes.by_source[Source.IMU]])
        self._lockstep = LockstepInference(self) if settings.lockstep else None

    def changed(self, settings: InferenceSettings) -> None:
        """Take settings; a policy from where none may come is refused before it is asked for."""
        self._file(settings)
        self.settings = settings

    def _file(self, settings: InferenceSettings) -> Path:
        return allowed_policy(settings.policy, settings.policy_folders, self._given)

    def _load(self, settings: InferenceSettings) -> PolicyRuntime:
        return PolicyRuntime.load(self._file(settings), self._robot)

    def _take_policy(self, runtime: PolicyRuntime) -> None:
        settings = self.settings
        # First: without a text encoder, the policy is refused before anything has changed.
        self.instructions.listen(runtime.spec)
        self._runtime = runtime
        self._sensing = Sensing(
            runtime.spec, self._robot, settings.limits, settings.instruction_lasts_s
        )
        self._unfamiliar = ""
        self.trace.begin_anew(runtime)
        self._period_ns = round(1e9 / runtime.metadata.control_rate_hz)
        self._schedule = TickSchedule(self._period_ns)
        self.get_logger().info(
            f"policy {settings.policy!r}: {runtime.metadata.name}, {len(runtime.spec)} modalities"
        )

    def _refuse_another_rate(self, runtime: PolicyRuntime) -> None:
        """Refuse what others would not follow: safety calls a policy silent by its rate.

        Raises:
            ValueError: it is made for another rate than the one that runs.
        """
        rate_hz, runs_hz = (r.metadata.control_rate_hz for r in (runtime, self._runtime))
        if rate_hz != runs_hz:
            policy = self.settings.policy
            raise ValueError(
                f"policy {policy!r} is made for {rate_hz:g} Hz, expected {runs_hz:g} Hz: safety "
                "was started for the one that runs, which stays. Launch again with "
                f"policy:={policy}."
            )

    def _publish_contract(self) -> None:
        """Say, for recordings, by what the ticks to come are made."""
        topics = {source.name: entry.topic for source, entry in self.intakes.by_source.items()}
        topics[Source.INSTRUCTION.name] = INSTRUCTION
        topics["TRACE"] = TRACE
        names = {key: self.resolve_topic_name(topic) for key, topic in topics.items()}
        text = contract_text(self.settings, self._robot, self._runtime.sha256, names)
        self._contract.publish(String(data=text))

    def _on_load_policy(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        """Load the policy that the parameter names now; keep the old one when it does not fit."""
        try:
            runtime = self._load(self.settings)
            self._refuse_another_rate(runtime)
            self._take_policy(runtime)
            self._publish_contract()
        except (ValueError, OSError) as error:
            response.success, response.message = False, str(error)
            return response
        response.success, response.message = True, f"running {self.settings.policy}"
        return response

    def start(self) -> None:
        """Forget everything sensed so far."""
        # A velocity that was commanded while nobody read it would count as commanded now.
        self.intakes.take(self.intakes.by_source)
        now_ns, offset_ns = steady_ns(self.settings.lockstep)
        self.forget(now_ns, offset_ns)
        self._ticks = self._late = 0
        self._drift = Drift()
        self._description.publish(String(data=urdf(self._robot)))
        if self._transforms is not None:
            self._transforms.begin(self.get_clock().now().nanoseconds)
        self._ticked_ns: int | None = None
        self._report = StreamReport(now_ns, self.intakes)
        if self._lockstep is not None:
            self._lockstep.start()

    def forget(self, now_ns: int, offset_ns: int) -> None:
        """Know nothing of before ``now_ns`` (steady), which is ``offset_ns`` ahead of ROS time."""
        self._prepared = Prepared(initial_state(now_ns, offset_ns))
        self._runtime.reset()
        self._result: Tick | None = None
        self.trace.begin_anew(self._runtime)

    # --- the loop ---

    def work(self) -> None:
        """Wait for the IMU sample of the next control instant, then tick.

        What has come before it is taken in before it, too: then little is left to do.
        """
        if self._lockstep is not None:
            self._lockstep.work()
            return
        await_instant(self._schedule, self._wait)
        imu = self.intakes.take((Source.IMU,))
        if not self._schedule.due(imu[-1].stamp_ns if imu else None, time.monotonic_ns()):
            ahead = [*imu, *self.intakes.take((Source.ENCODERS,))]
            self._prepared = prepared(self._sensing, self._prepared, ahead)
            return
        samples = [*imu, *self.intakes.take(FAST)]
        samples += self.instructions.take(time.monotonic_ns())
        # The tick is now, not when the loop woke: nothing has arrived after its own tick.
        now_ns = time.monotonic_ns()
        self._count(now_ns)
        self.tick(samples, now_ns)
        self._look(self.intakes.take(IMAGES))

    @property
    def _state(self) -> TickState:
        """The state after the last tick."""
        return self._prepared.before

    def _look(self, images: list[Sample]) -> None:
        """Take images in and encode them: the next tick has no time for it."""
        if images:
            self._prepared = prepared(self._sensing, self._prepared, images)
            self._runtime.look(self._prepared.fresh_images)

    def _count(self, now_ns: int) -> None:
        if self._ticked_ns is not None:
            limit = (1.0 + self.settings.late_share) * self._period_ns
            self._late += now_ns - self._ticked_ns > limit
        self._ticked_ns = now_ns

    def tick(self, samples: list[Sample], now_ns: int, stamp_ns: int | None = None) -> None:
        """Tick at ``now_ns`` (steady), act, publish the command; then what people look at.

        ``samples`` are those that were not prepared.
        Commands are stamped with ``stamp_ns``, or else with the newest IMU sample behind them.
        """
        # Writing down what nobody reads takes a tenth of the processor that the tick needs.
        traced = self.trace.is_heard(self._state, self._ticks)
        result = tick_of(self._sensing, self._prepared, samples, now_ns)
        samples = [*self._prepared.samples, *samples]
        self._result, self._prepared = result, Prepared(result.state)
        self._report.refused.add(result.refused)
        output = self._runtime.answer(result)
        effort = self._effort(output.action, result)
        stamp_ns = self._newest_stamp_ns if stamp_ns is None else stamp_ns
        self.say(effort, stamp_ns)
        self._ticks += 1
        self._drift = drifted(self._drift, result.estimate, self._period_ns * 1e-9)
        if self._odom.get_subscription_count():
            self._odom.publish(odometry_message(result.estimate, self._drift, stamp_ns))
        if self._transforms is not None:
            self._transforms.tick(result.estimate, stamp_ns)
        if traced:
            self.trace.publish(samples, result, output.action.tolist(), self._ticks)
        if self._ticks % FEATURES_EVERY == 0:
            self._publish_for_people(result, output.features)

    def say(self, effort: tuple[float, ...], stamp_ns: int) -> None:
        """Publish the policy's torques [N m], none when it withholds them."""
        self.commands.publish(wire_out.effort_bytes(self._robot.joint_names, effort, stamp_ns))

    def _publish_for_people(self, result: Tick, features: NDArray[np.float32]) -> None:
        if self._features.get_subscription_count():
            self._features.publish(Float64MultiArray(data=features.tolist()))
        if self._glances.get_subscription_count():
            groups = glance.groups_of(self._sensing.spec, result)
            message = Float64MultiArray(data=[value for _, values in groups for value in values])
            message.layout.dim = [
                MultiArrayDimension(label=label, size=len(values)) for label, values in groups
            ]
            self._glances.publish(message)

    def _effort(self, action: NDArray[np.float32], result: Tick) -> tuple[float, ...]:
        """Torques [N m] for an action; none where the state is unfamiliar: safety takes over."""
        torques, unfamiliar = self._runtime.torques(action, result)
        if unfamiliar and not self._unfamiliar:
            self.get_logger().warning(
                f"Command withheld, the policy is not trained for {unfamiliar}."
            )
        self._unfamiliar = unfamiliar
        return torques

    @property
    def _newest_stamp_ns(self) -> int:
        newest = self._state.sync.channels[Source.IMU].sample
        return 0 if newest is None else newest.stamp_ns

    # --- diagnostics ---

    def report(self) -> tuple[bytes, str, Mapping[str, Any]]:
        """Counts, ages and masks of every stream."""
        if self._result is None:
            return DiagnosticStatus.WARN, "no tick yet", {}
        masked = masked_in_words(self._result)
        values = {
            "policy": self._runtime.metadata.name,
            "policy_sha256": self._runtime.sha256,
            "rate_hz": round(1e9 / self._period_ns, 1),
            "ticks": self._ticks,
            "late_ticks": self._late,
            "time_ns": self._state.now_ns,
            "withheld": self._unfamiliar,
            **self._report.values(self._result, self.intakes, self._ticks),
        }
        wrong = f"command withheld: {self._unfamiliar}" if self._unfamiliar else masked
        level = DiagnosticStatus.WARN if wrong else DiagnosticStatus.OK
        return level, wrong or "all modalities trusted", values


def main() -> None:
    """Run the inference node."""
    run(InferenceNode)
