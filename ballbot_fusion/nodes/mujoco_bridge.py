"""The MuJoCo bridge: stands in for the robot's drivers, sensors out and motor commands in.

It renders nothing: rendering in this process starves the IMU stream.
"""

import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

from nav_msgs.msg import Odometry
from rclpy.parameter import Parameter
from rclpy.utilities import remove_ros_args
from sensor_msgs.msg import Imu, JointState
from std_msgs.msg import String

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.samples import ImuSample, JointSample, Sample
from ballbot_fusion.nodes import bridge_report, qos, wire_out
from ballbot_fusion.nodes.bridge_cameras import BridgeCameras
from ballbot_fusion.nodes.bridge_faults import BridgeFaults
from ballbot_fusion.nodes.bridge_lockstep import LockstepBridge
from ballbot_fusion.nodes.bridge_motors import BridgeMotors
from ballbot_fusion.nodes.bridge_pace import Pace
from ballbot_fusion.nodes.bridge_requests import BridgeRequests
from ballbot_fusion.nodes.bridge_settings import BridgeSettings
from ballbot_fusion.nodes.bridge_stand import Stand
from ballbot_fusion.nodes.bridge_world import SharedWorld, namespaces_of
from ballbot_fusion.nodes.intake import Intake
from ballbot_fusion.nodes.latency import LatencyMeter
from ballbot_fusion.nodes.lifecycle import BallbotNode
from ballbot_fusion.nodes.lockstep import BRIDGE
from ballbot_fusion.nodes.process import run, run_together
from ballbot_fusion.nodes.sensor_messages import truth_message
from ballbot_fusion.nodes.start_up import LaunchRefusedError
from ballbot_fusion.nodes.viewer import open_viewer
from ballbot_fusion.simulation.driver_side import DriverSide
from ballbot_fusion.simulation.run_log import RunLog
from ballbot_fusion.simulation.simulation import STEP_NS, Simulation
from ballbot_fusion.simulation.terrain import make_terrain

ODOMETRY_EVERY = 10
"""Steps between messages of the ground truth: 100 Hz."""
RECORD_EVERY = 5
"""Steps between records of the run: 200 Hz."""
STATES_EVERY = 5
"""Steps between looks for a change of safety's state: asking takes as long as moving the robot."""


class MujocoBridge(BallbotNode[BridgeSettings]):
    """One simulated robot at the pace of the clock, or of the nodes (lockstep)."""

    model = BridgeSettings
    live = frozenset({"push_force", "push_direction_deg", "push_duration_s", "faults"})

    def __init__(self, shared: SharedWorld | None = None, **options: Any) -> None:
        """Declare parameters.

        ``shared`` is a world that has other robots, too; ``options`` are those of rclpy's nodes.
        """
        super().__init__(BRIDGE, **options)
        self._shared = shared
        self._stand: Stand | None = None

    # --- building ---

    def configure(self) -> None:
        """Build the simulation, subscribe and publish."""
        settings = self.settings
        self.robot = load_robot(settings.robot)
        self.simulation = self._simulated()
        self.hardware = None
        if settings.profile == "hardware":
            self.hardware = DriverSide(settings.drivers, settings.own_seed)
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
        self.faults = BridgeFaults(self.robot, settings.errors, settings.own_seed)
        self.faults.switch(settings.faults, self._next_ns)
        self.cameras = BridgeCameras(self)
        self.motors = BridgeMotors(self, self.robot, settings, command)
        self._states = Intake(self, String, "safety/state", qos.LATCHED, lambda m: str(m.data))
        BridgeRequests(self)
        self._stand = None if self.hardware is None else Stand(self, self.simulation)
        first = settings.place == 0  # one window shows the whole world
        self._viewer = open_viewer(self.simulation) if settings.viewer and first else None
        self._lockstep = LockstepBridge(self) if settings.lockstep else None

    def _simulated(self) -> Simulation:
        """Put a robot into the world that it shares, or into one of its own."""
        settings = self.settings
        if self._shared is not None:
            return self._shared.simulation(self)
        if settings.robots > 1:
            raise ValueError(
                f"robots is {settings.robots}, but this process has one bridge. Several share a "
                "world where their namespaces are its arguments, as sim.launch.py gives them."
            )
        terrain = make_terrain(settings.terrain, settings.seed)
        return Simulation(
            self.robot, terrain, seed=settings.seed, drivetrain=settings.drivetrain,
            settings=settings.errors,
        )  # fmt: skip

    def start(self) -> None:
        """Begin on the stand."""
        self.motors.start()
        self.mode = Mode.DISARMED.value
        self._stepped = 0
        self._pace = Pace() if self._shared is None else self._shared.pace
        self._begin_anew()
        if self._lockstep is not None:
            self._lockstep.start()

    def _begin_anew(self) -> None:
        """Put the robot on its stand at time 0: nothing is under way, and nothing counted."""
        settings = self.settings
        if self._stand is not None:
            self._stand.let_go()
        self.simulation.reset(settings.own_seed)
        if self.hardware is not None:
            self.hardware = DriverSide(settings.drivers, settings.own_seed)
        self.faults.restart(settings.faults, self._next_ns)
        self.log, self.latency = RunLog(), LatencyMeter()
        self._armed_at: tuple[int, int] | None = None
        self.ended: Mapping[str, Any] | None = None
        """Summary of the run when its duration was over; None before."""
        self._began = (time.monotonic_ns(), self.simulation.time_ns)
        self._begins_ns = self._pace.passed_ns  # their clock goes on, and the other robots, too

    def reset(self) -> None:
        """Begin anew while others go on."""
        self._begin_anew()
        # Safety says its state when that changes: who is armed by now would be waited for in vain.
        self.take_mode(self.mode)

    def stop(self) -> None:
        """Let the robot be: a world that others share goes on."""
        self.simulation.let_be()

    @property
    def in_lockstep(self) -> bool:
        """Whether it waits for the nodes, not for the clock."""
        return self._lockstep is not None

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

    # --- sending ---

    def stamp_ns(self, simulated_ns: int) -> int:
        """Stamp of a simulated time: the system's clock, in lockstep the simulation's own."""
        if self.settings.lockstep:
            return simulated_ns
        return self._pace.stamp_ns(self._begins_ns + simulated_ns)

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

    # --- the loop ---

    def work(self) -> None:
        """One millisecond of real time, or one control period in lockstep, if it is due."""
        if self.is_due():
            for _ in self.turn():
                self.simulation.world.advance()
        self.settle()

    def is_due(self) -> bool:
        """Whether the next turn can begin; waits a little, in real time until it can."""
        if self._lockstep is not None:
            return self._lockstep.is_due()
        self._pace.wait()
        return True

    def turn(self) -> Iterator[None]:
        """One millisecond, or one control period in lockstep.

        Wherever it yields, the world goes on by a millisecond: all robots in it at once.
        """
        if self._lockstep is not None:
            yield from self._lockstep.period()
            return
        self._hear()
        self.move()
        yield
        self._tell()

    def settle(self) -> None:
        """See, between turns, to what has come to its end."""
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

    def _hear(self) -> None:
        """Take the newest command and state; zero the motors when no command comes."""
        now_ns = time.monotonic_ns()
        for sample in self.motors.commands.take():
            self.take_command(sample, now_ns)
        self.motors.watch(now_ns)
        if self._stepped % STATES_EVERY == 0:
            for mode in self._states.take():
                self.take_mode(mode)
            self.cameras.hear()

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

    def move(self) -> None:
        """Give the wheels the motors' torques, and those of a hand on the stand, for 1 ms."""
        hand = ZERO if self._stand is None else self._stand.torques()
        self.simulation.apply(self.motors.torques(self.simulation, hand))

    def maintain(self) -> None:
        """Hear what the doctor asks for, beside what every node does now and then."""
        super().maintain()
        fault = self._stand.hear() if self._stand is not None and self.active else ""
        if fault:
            self.set_parameters([Parameter("faults", value=fault)])

    def _tell(self) -> None:
        """Publish what was sensed in the millisecond that has passed."""
        for sample in self.passed(self.simulation.read()):
            self.send(sample)
        self._stepped += 1
        self.cameras.send()
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
        return self.ended is not None

    def _check_duration(self) -> None:
        released_ns, duration = self.log.released_ns, self.settings.duration
        if not duration or released_ns is None or self.finished:
            return
        if self.simulation.time_ns - released_ns >= round(duration * 1e9):
            self.ended = self.log.summary()
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
        return bridge_report.of(self)


def main() -> None:
    """Run the bridge; with namespaces as arguments one in each, over a world that they share."""
    arguments = remove_ros_args(sys.argv)[1:]
    if not arguments:
        run(MujocoBridge)
        return
    try:
        shared = SharedWorld(namespaces_of(arguments))
    except LaunchRefusedError as error:
        sys.exit(str(error))
    run_together(lambda: shared.bridges(MujocoBridge), shared.work)
