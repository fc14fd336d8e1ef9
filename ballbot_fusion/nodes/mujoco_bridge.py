"""The MuJoCo bridge: stands in for the robot's drivers, sensors out and motor commands in.

It renders nothing: rendering in this process starves the IMU stream.
"""

import time
from collections.abc import Mapping
from math import cos, degrees, radians, sin
from typing import Any

from diagnostic_msgs.msg import DiagnosticStatus
from nav_msgs.msg import Odometry
from rclpy.parameter import Parameter
from sensor_msgs.msg import Imu, JointState
from std_msgs.msg import Float64MultiArray, Int64MultiArray, String
from std_srvs.srv import Trigger

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.samples import ImuSample, JointSample, Sample
from ballbot_fusion.nodes import camera_state, qos, wire_out
from ballbot_fusion.nodes.bridge_faults import BridgeFaults
from ballbot_fusion.nodes.bridge_lockstep import LockstepBridge
from ballbot_fusion.nodes.bridge_motors import BridgeMotors
from ballbot_fusion.nodes.bridge_settings import BridgeSettings
from ballbot_fusion.nodes.bridge_stand import Stand
from ballbot_fusion.nodes.intake import Intake
from ballbot_fusion.nodes.latency import LatencyMeter
from ballbot_fusion.nodes.lifecycle import BallbotNode
from ballbot_fusion.nodes.process import run
from ballbot_fusion.nodes.sensor_messages import truth_message
from ballbot_fusion.nodes.viewer import open_viewer
from ballbot_fusion.simulation.driver_side import DriverSide
from ballbot_fusion.simulation.run_log import RunLog
from ballbot_fusion.simulation.simulation import STEP_NS, CameraSnapshot, Simulation
from ballbot_fusion.simulation.terrain import make_terrain

ODOMETRY_EVERY = 10
"""Steps between messages of the ground truth: 100 Hz."""
RECORD_EVERY = 5
"""Steps between records of the run: 200 Hz."""
STATES_EVERY = 5
"""Steps between looks for a change of safety's state: asking takes as long as moving the robot."""
MOST_BEHIND_NS = 20 * STEP_NS
"""Lost time beyond this is given up, and shows in the real-time factor."""
NOT_ACTIVE = "the bridge is not active, so that nothing moves: activate it first, then ask again"


class MujocoBridge(BallbotNode[BridgeSettings]):
    """One simulated robot at the pace of the clock, or of the nodes (lockstep)."""

    model = BridgeSettings
    live = frozenset({"push_force", "push_direction_deg", "push_duration_s", "faults"})

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__("mujoco_bridge")
        self._stand: Stand | None = None

    # --- building ---

    def configure(self) -> None:
        """Build the simulation, subscribe and publish."""
        settings = self.settings
        self.robot = load_robot(settings.robot)
        terrain = make_terrain(settings.terrain, settings.seed)
        self.simulation = Simulation(
            self.robot, terrain, seed=settings.seed, drivetrain=settings.drivetrain,
            settings=settings.errors,
        )  # fmt: skip
        self.hardware = (
            DriverSide(settings.drivers, settings.seed) if settings.profile == "hardware" else None
        )
        stream = qos.SENSOR if self.hardware is None else qos.RELIABLE_SENSOR
        stream = qos.EVERYTHING if settings.lockstep else stream
        command = qos.EVERYTHING if settings.lockstep else qos.COMMAND
        self.publishers_by_kind = {
            ImuSample: qos.publisher(self, Imu, "imu/data", stream),
            JointSample: qos.publisher(self, JointState, "joint_states", stream),
        }
        self._truth = None
        if self.hardware is None:
            self._truth = qos.publisher(self, Odometry, "ground_truth/odom", qos.SENSOR)
        exposure = qos.EVERYTHING if settings.lockstep else qos.EXPOSURE
        self.snapshots = qos.publisher(self, Float64MultiArray, camera_state.TOPIC, exposure)
        answer = qos.EVERYTHING if settings.lockstep else qos.EVENTS
        self.camera_reports = Intake(
            self, Int64MultiArray, camera_state.REPORT, answer, camera_state.of_report
        )
        self.faults = BridgeFaults(self.robot, settings.errors, settings.seed)
        self.faults.switch(settings.faults, self._next_ns)
        self.motors = BridgeMotors(self, self.robot, settings, command)
        self._states = Intake(self, String, "safety/state", qos.LATCHED, lambda m: str(m.data))
        self.create_service(Trigger, "reset", self._on_reset)
        self.create_service(Trigger, "push", self._on_push)
        self._stand = None if self.hardware is None else Stand(self, self.simulation)
        self._viewer = open_viewer(self.simulation) if settings.viewer else None
        self._lockstep = LockstepBridge(self) if settings.lockstep else None

    def start(self) -> None:
        """Begin on the stand."""
        self.motors.start()
        self.mode = Mode.DISARMED.value
        self._stepped = 0
        self._begin_anew()
        self._due_ns = time.monotonic_ns()
        self._offset_ns = time.time_ns()
        if self._lockstep is not None:
            self._lockstep.start()

    def _begin_anew(self) -> None:
        """Put the robot on its stand at time 0: nothing is under way, and nothing counted."""
        settings = self.settings
        if self._stand is not None:
            self._stand.let_go()
        self.simulation.reset(settings.seed)
        if self.hardware is not None:
            self.hardware = DriverSide(settings.drivers, settings.seed)
        self.faults.restart(settings.faults, self._next_ns)
        self.log, self.latency = RunLog(), LatencyMeter()
        self._armed_at: tuple[int, int] | None = None
        self._ended: Mapping[str, Any] | None = None
        self._began = (time.monotonic_ns(), self.simulation.time_ns)

    @property
    def _next_ns(self) -> int:
        """Simulated time at the end of the next step, in lockstep of the next control period."""
        steps = 1000 // self.settings.control_rate if self.settings.lockstep else 1
        return self.simulation.time_ns + steps * STEP_NS

    def changed(self, settings: BridgeSettings) -> None:
        """Take settings that were set while running; other faults begin, or end, with them."""
        others = settings.faults != self.settings.faults
        if others:
            self.faults.switch(settings.faults, self._next_ns)
        self.settings = settings
        if others:
            self.publish_diagnostics()

    def is_fed(self) -> bool:
        """It feeds others: whoever starts them after it must not wait for their commands."""
        return True

    def _on_reset(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        """Back on the stand, as at the start; the run's figures begin anew."""
        if not self.active:
            response.success, response.message = False, NOT_ACTIVE
            return response
        if self._lockstep is not None:
            response.success = False
            response.message = "lockstep runs from start to end; launch it again instead"
            return response
        self._offset_ns += self.simulation.time_ns
        self._begin_anew()
        # Safety says its state when that changes: who is armed by now would be waited for in vain.
        self.take_mode(self.mode)
        waits = "on the stand; waiting for safety to arm"
        goes = "begun anew; let go at once, for safety is armed"
        response.success, response.message = True, waits if self.simulation.held else goes
        return response

    def _on_push(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        if not self.active:
            response.success, response.message = False, NOT_ACTIVE
            return response
        angle, force = radians(self.settings.push_direction_deg), self.settings.push_force
        push = (force * cos(angle), force * sin(angle), 0.0)
        self.simulation.push(push, self.settings.push_duration_s)
        response.success = True
        response.message = f"{force:g} N for {self.settings.push_duration_s:g} s"
        return response

    # --- sending ---

    def stamp_ns(self, simulated_ns: int) -> int:
        """Stamp of a simulated time: the system's clock, in lockstep the simulation's own."""
        return simulated_ns if self.settings.lockstep else simulated_ns + self._offset_ns

    def send(self, sample: Sample) -> None:
        """Publish one sample as its driver would."""
        stamp_ns = self.stamp_ns(sample.stamp_ns)
        publisher = self.publishers_by_kind[type(sample)]  # type: ignore[index]
        if isinstance(sample, ImuSample):
            self.latency.published(stamp_ns, time.monotonic_ns())
            publisher.publish(wire_out.imu_bytes(sample, stamp_ns))
        elif isinstance(sample, JointSample):
            if self.hardware is not None:
                sample = self.hardware.shown(sample)
            publisher.publish(wire_out.joint_bytes(sample, stamp_ns))

    def send_snapshot(self, *, hold: bool = False) -> bool:
        """Give the cameras the state when a frame is due; say whether it was.

        With ``hold`` they keep the frame until ``end_camera_period``.
        """
        snapshot = self.simulation.camera_snapshot_due()
        if snapshot is None:
            return False
        self._tell_cameras(snapshot, hold)
        return True

    def end_camera_period(self) -> None:
        """Have the cameras send, and report, what arrives in the control period that ends now."""
        self._tell_cameras(None, hold=True)

    def _tell_cameras(self, snapshot: CameraSnapshot | None, hold: bool) -> None:
        now_ns = self.simulation.time_ns
        directives = self.faults.for_cameras(now_ns)
        told = camera_state.Told(self.stamp_ns(now_ns), snapshot, directives, hold)
        self.snapshots.publish(camera_state.to_message(told))

    # --- the loop ---

    def work(self) -> None:
        """One millisecond of real time, or one control period in lockstep."""
        if self._lockstep is not None:
            self._lockstep.work()
        else:
            self._pace()
            self._hear()
            self._advance()
        if self._viewer is not None:
            self._viewer.show()
        if not self.faults.idle:
            self._tidy_faults()
        self._check_duration()

    def _tidy_faults(self) -> None:
        """Let the parameter say what is in force, once something came to its end."""
        left = self.faults.left(self._next_ns)
        if left is not None:
            self.set_parameters([Parameter("faults", value=left)])
            self.publish_diagnostics()

    def _pace(self) -> None:
        """Sleep until the next step is due; give up time that cannot be made good."""
        now_ns = time.monotonic_ns()
        self._due_ns += STEP_NS
        if now_ns < self._due_ns:
            time.sleep((self._due_ns - now_ns) * 1e-9)
        elif now_ns - self._due_ns > MOST_BEHIND_NS:
            self._offset_ns += now_ns - self._due_ns
            self._due_ns = now_ns

    def _hear(self) -> None:
        """Take the newest command and state; zero the motors when no command comes."""
        now_ns = time.monotonic_ns()
        for sample in self.motors.commands.take():
            self.take_command(sample, now_ns)
        self.motors.watch(now_ns)
        if self._stepped % STATES_EVERY == 0:
            for mode in self._states.take():
                self.take_mode(mode)
            for report in self.camera_reports.take():
                self.faults.hear_cameras(report.effects)

    def take_command(self, sample: JointSample, now_ns: int) -> None:
        """Give the motors a command, which they may refuse."""
        if self.motors.take(sample, now_ns):
            self.latency.arrived(sample.stamp_ns, now_ns)

    def take_mode(self, mode: str) -> None:
        """Let the stand go when safety says that it is armed."""
        self.mode = mode
        if mode == Mode.ARMED.value and self.simulation.held:
            self.simulation.release()
            self._armed_at = (time.monotonic_ns(), self.simulation.time_ns)
            self.latency.clear()
            self.publish_diagnostics()

    def passed(self, samples: list[Sample]) -> list[Sample]:
        """What of the samples just taken, and of those under way, is sent now."""
        now_ns = self.simulation.time_ns
        passed = self.faults.passed(samples, now_ns)
        return passed if self.hardware is None else self.hardware.arrived(passed, now_ns)

    def step(self) -> list[Sample]:
        """One millisecond under the motors' torques, and those of a hand on the stand."""
        hand = ZERO if self._stand is None else self._stand.torques()
        return self.simulation.step(self.motors.torques(self.simulation, hand))

    def maintain(self) -> None:
        """Hear what the doctor asks for, beside what every node does now and then."""
        super().maintain()
        fault = self._stand.hear() if self._stand is not None and self.active else ""
        if fault:
            self.set_parameters([Parameter("faults", value=fault)])

    def _advance(self) -> None:
        samples = self.step()
        for sample in self.passed(samples):
            self.send(sample)
        self._stepped += 1
        self.send_snapshot()
        if self._stepped % RECORD_EVERY == 0:
            self.log.record(self.simulation)
        if self._truth is None or self._stepped % ODOMETRY_EVERY:
            return
        if self._truth.get_subscription_count():
            stamp_ns = self.stamp_ns(self.simulation.time_ns)
            truth = self.simulation.ground_truth()
            self._truth.publish(truth_message(truth, stamp_ns))

    @property
    def finished(self) -> bool:
        """Whether the duration is over."""
        return self._ended is not None

    def _check_duration(self) -> None:
        released_ns, duration = self.log.released_ns, self.settings.duration
        if not duration or released_ns is None or self.finished:
            return
        if self.simulation.time_ns - released_ns >= round(duration * 1e9):
            self._ended = self.log.summary()
            self.publish_diagnostics()

    # --- diagnostics ---

    @property
    def real_time_factor(self) -> float:
        """Simulated over real time since arming, or since the start or a reset before it."""
        real_ns, simulated_ns = self._armed_at or self._began
        passed = time.monotonic_ns() - real_ns
        return (self.simulation.time_ns - simulated_ns) / passed if passed else 0.0

    def report(self) -> tuple[bytes, str, Mapping[str, Any]]:
        """Figures of the run so far."""
        truth = self.simulation.ground_truth()
        # Whoever heard nothing when the run ended is told of the run, not of what came after it.
        summary = self._ended or self.log.summary()
        latency = self.latency.percentiles_ms()
        speed = (truth.velocity[0] ** 2 + truth.velocity[1] ** 2) ** 0.5
        level = DiagnosticStatus.ERROR if self.log.fell else DiagnosticStatus.OK
        sentence = "fallen" if self.log.fell else "held" if self.simulation.held else "upright"
        return level, sentence, {
            **summary,
            "held": self.simulation.held,
            "finished": self.finished,
            "mode": "lockstep" if self.settings.lockstep else "real_time",
            "tilt_deg": round(degrees(truth.tilt), 3),
            "speed": round(speed, 4),
            "motors_zeroed": self.motors.watchdog.zeroed,
            "motors_zeroed_after_ms": round(self.motors.watchdog.longest_ms, 1),
            "real_time_factor": round(self.real_time_factor, 4),
            "latency_p50_ms": "-" if latency is None else round(latency[0], 3),
            "latency_p99_ms": "-" if latency is None else round(latency[1], 3),
            **self.faults.values(self.simulation.time_ns),
        }  # fmt: skip


def main() -> None:
    """Run the bridge."""
    run(MujocoBridge)
