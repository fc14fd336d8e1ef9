"""The inference node: samples in, policy command out, one tick per control instant."""

import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from diagnostic_msgs.msg import DiagnosticStatus
from nav_msgs.msg import Odometry
from pydantic import Field
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64MultiArray, Int64MultiArray, String
from std_srvs.srv import Trigger

from ballbot_fusion.core import trace
from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.schedule import TickSchedule
from ballbot_fusion.core.tick import Sensing, Tick, initial_state, tick
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.conversion import effort_message
from ballbot_fusion.nodes.intake import Intake, Wait
from ballbot_fusion.nodes.lifecycle import BallbotNode, NodeSettings, run
from ballbot_fusion.nodes.lockstep import MANIFEST, READY, Ledger, Manifest
from ballbot_fusion.nodes.odometry import odometry_message
from ballbot_fusion.nodes.sensor_intakes import SensorIntakes

FAST = (Source.IMU, Source.ENCODERS, Source.MOTORS, Source.COMMAND)
"""Streams that are read before the command goes out; images are read after it, for the next."""
IMAGES = (Source.CAMERA_0, Source.CAMERA_1)
WAKE_EARLY_NS = 1_200_000
"""The loop sleeps until this long before the next tick, then waits for the IMU sample itself."""
FEATURES_EVERY = 10
"""Features are published every so many ticks: they are for looking at."""


class InferenceSettings(NodeSettings):
    """Parameters of the inference node."""

    policy: str = "default"
    """Name of a policy in models/, or the path of an .onnx file."""
    robot: str = ""
    """Robot file; empty: the robot that config/robot.yaml describes."""
    lockstep: bool = False
    """Follow the bridge's manifests instead of the clock."""
    stamped_command: bool = False
    """cmd_vel is geometry_msgs/TwistStamped instead of Twist."""
    late_share: float = Field(0.2, gt=0.0)
    """A tick is late when it comes this share of a period after its time."""
    limits: CommandLimits = CommandLimits()
    """Limits of the commanded velocity."""


class InferenceNode(BallbotNode[InferenceSettings]):
    """Runs the policy. It knows nothing of the simulation's truth."""

    model = InferenceSettings

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__("inference")
        self._result: Tick | None = None

    # --- building ---

    def configure(self) -> None:
        """Load the policy, subscribe and publish."""
        settings = self.settings
        self._robot = load_robot(settings.robot)
        self._take_policy(self._load(settings.policy))
        lockstep = settings.lockstep
        self._intakes = SensorIntakes(
            self, lockstep=lockstep, stamped_command=settings.stamped_command
        )
        self._manifests = Intake(self, Int64MultiArray, MANIFEST, qos.EVERYTHING, Manifest.of)
        commands = qos.EVERYTHING if lockstep else qos.COMMAND
        self._commands = self.create_publisher(JointState, "policy_command", commands)
        self._odom = self.create_publisher(Odometry, "odom", qos.EVENTS)
        self._features = self.create_publisher(Float64MultiArray, "inference/features", qos.EVENTS)
        self._trace = self.create_publisher(Float64MultiArray, "inference/trace", qos.EVENTS)
        self._ready = self.create_publisher(String, READY, qos.LATCHED)
        self.create_service(Trigger, "inference/load_policy", self._on_load_policy)
        by_source = self._intakes.by_source
        self._wait = Wait(self, [by_source[Source.IMU]])
        self._wait_for_all = Wait(self, [self._manifests, *by_source.values()])

    def _load(self, policy: str) -> PolicyRuntime:
        runtime = PolicyRuntime.load(policy_path(policy), self._robot)
        self.get_logger().info(
            f"policy {policy!r}: {runtime.metadata.name}, {len(runtime.spec)} modalities"
        )
        return runtime

    def _take_policy(self, runtime: PolicyRuntime) -> None:
        self._runtime = runtime
        self._sensing = Sensing(runtime.spec, self._robot, self.settings.limits)
        self._period_ns = round(1e9 / runtime.metadata.control_rate_hz)
        self._schedule = TickSchedule(self._period_ns)

    def _on_load_policy(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        """Load the policy that the parameter names now; keep the old one when it does not fit."""
        try:
            runtime = self._load(self.settings.policy)
        except (ValueError, OSError) as error:
            response.success, response.message = False, str(error)
            return response
        self._take_policy(runtime)
        response.success, response.message = True, f"running {self.settings.policy}"
        return response

    def start(self) -> None:
        """Forget everything sensed so far."""
        now_ns = time.monotonic_ns()
        offset = 0 if self.settings.lockstep else now_ns - time.time_ns()
        self._state = initial_state(0 if self.settings.lockstep else now_ns, offset)
        self._runtime.reset()
        self._ledger = Ledger((Source.IMU, Source.ENCODERS, *IMAGES, Source.MOTORS))
        self._pending: deque[Manifest] = deque()
        self._fresh: list[Sample] = []
        self._result = None
        self._ticks = self._late = 0
        self._last_tick_ns: int | None = None
        self._is_ready = False
        self._reported: tuple[dict[str, int], int] = ({}, self._state.now_ns)

    # --- the loop ---

    def work(self) -> None:
        """Wait for the IMU sample of the next control instant, then tick."""
        if self.settings.lockstep:
            self._work_lockstep()
            return
        now_ns = time.monotonic_ns()
        early_ns = self._schedule.next_ns(now_ns) - WAKE_EARLY_NS
        if early_ns > now_ns:
            time.sleep((early_ns - now_ns) * 1e-9)
            now_ns = time.monotonic_ns()
        self._wait(max(self._schedule.deadline_ns(now_ns) - now_ns, 0) * 1e-9)
        now_ns = time.monotonic_ns()
        imu = self._intakes.take((Source.IMU,), now_ns)
        self._fresh += imu
        if self._schedule.due(imu[-1].stamp_ns if imu else None, now_ns):
            self._fresh += self._intakes.take(FAST[1:], now_ns)
            samples, self._fresh = self._fresh, []
            self._count(now_ns)
            self._tick(samples, now_ns)
            self._fresh += self._intakes.take(IMAGES, time.monotonic_ns())

    def _count(self, now_ns: int) -> None:
        self._ticks += 1
        if self._last_tick_ns is not None:
            limit = (1.0 + self.settings.late_share) * self._period_ns
            self._late += now_ns - self._last_tick_ns > limit
        self._last_tick_ns = now_ns

    def _tick(self, samples: list[Sample], now_ns: int) -> None:
        """Tick, act, publish the command; then what people look at."""
        result = tick(self._sensing, self._state, samples, now_ns)
        self._state, self._result = result.state, result
        output = self._runtime.act(result.observation, result.mask, result.fresh)
        scale = self._runtime.metadata.action_scale
        effort = [float(x) * y for x, y in zip(output.action, scale, strict=True)]
        stamp_ns = now_ns if self.settings.lockstep else self._newest_stamp_ns()
        self._commands.publish(effort_message(self._robot.joint_names, effort, stamp_ns))
        self._odom.publish(odometry_message(result.estimate, stamp_ns))
        record = trace.encode(self._sensing.spec, samples, result, output.action.tolist())
        self._trace.publish(Float64MultiArray(data=record))
        if self._ticks % FEATURES_EVERY == 0:
            self._features.publish(Float64MultiArray(data=output.features.tolist()))

    def _newest_stamp_ns(self) -> int:
        newest = self._state.sync.channels[Source.IMU].sample
        return 0 if newest is None else newest.stamp_ns

    # --- lockstep ---

    def _work_lockstep(self) -> None:
        if not self._is_ready:
            self._say_ready()
        self._wait_for_all(0.05)
        now_ns = time.monotonic_ns()
        self._ledger.hold(
            self._intakes.take((Source.IMU, Source.ENCODERS, Source.MOTORS, *IMAGES), now_ns)
        )
        self._pending.extend(self._manifests.take())
        while self._pending and self._ledger.complete(self._pending[0]):
            manifest = self._pending.popleft()
            samples = self._ledger.consume(manifest)
            commands = self._intakes.take((Source.COMMAND,), manifest.time_ns)
            self._ticks += 1
            self._tick([*samples, *commands], manifest.time_ns)

    def _say_ready(self) -> None:
        needed = (Source.IMU, Source.ENCODERS, Source.MOTORS, *IMAGES)
        heard = all(self._intakes.by_source[source].publishers for source in needed)
        if heard and self._manifests.publishers and self._commands.get_subscription_count():
            self._ready.publish(String(data="inference"))
            self._is_ready = True

    # --- diagnostics ---

    def _rates(self) -> dict[str, float]:
        """Ticks and messages per second since the last report."""
        counts = {"": self._ticks}
        for source in (Source.IMU, Source.ENCODERS, *IMAGES):
            counts[f"{source.name.lower()}."] = self._intakes.received(source)
        before, since_ns = self._reported
        seconds = (self._state.now_ns - since_ns) * 1e-9
        self._reported = (counts, self._state.now_ns)
        if seconds <= 0.0:
            return {}
        return {
            f"{name}hz": round((count - before.get(name, 0)) / seconds, 1)
            for name, count in counts.items()
        }

    def report(self) -> tuple[bytes, str, Mapping[str, Any]]:
        """Counts, ages and masks of every stream."""
        if self._result is None:
            return DiagnosticStatus.WARN, self.failure or "no tick yet", {}
        values: dict[str, Any] = {
            "policy": self._runtime.metadata.name,
            "policy_sha256": self._runtime.sha256,
            "rate_hz": round(1e9 / self._period_ns, 1),
            "ticks": self._ticks,
            "late_ticks": self._late,
            "time_ns": self._state.now_ns,
        }
        values.update(self._rates())
        channels = self._state.sync.channels
        for source in (Source.IMU, Source.ENCODERS, *IMAGES):
            name, channel = source.name.lower(), channels[source]
            age_ns = self._state.now_ns - channel.taken_ns
            values[f"{name}.received"] = self._intakes.received(source)
            values[f"{name}.age_ms"] = "-" if channel.sample is None else round(age_ns * 1e-6, 1)
            values[f"{name}.reason"] = self._result.sources[source].name
        masked = [
            f"{key}: {reason.text}"
            for key, reason in zip(self._sensing.spec.keys, self._result.reasons, strict=True)
            if reason
        ]
        level = DiagnosticStatus.WARN if masked else DiagnosticStatus.OK
        return level, "; ".join(masked) or "all modalities trusted", values


def main() -> None:
    """Run the inference node."""
    run(InferenceNode)
