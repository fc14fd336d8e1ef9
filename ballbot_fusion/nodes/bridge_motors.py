"""The motors' driver that the bridge stands in for: commands in, torques at the wheels out."""

from functools import partial

from rclpy.node import Node
from rclpy.qos import QoSProfile
from std_msgs.msg import Float64MultiArray

from ballbot_fusion.core.checks import check_motors, check_setpoints
from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import Names, RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import JointSample, Source
from ballbot_fusion.core.topic_names import EFFORTS, MOTOR_TOPICS, VELOCITIES
from ballbot_fusion.core.wheel_joints import WheelJoints
from ballbot_fusion.nodes.bridge_settings import BridgeSettings
from ballbot_fusion.nodes.intake import Intake
from ballbot_fusion.nodes.sensor_intakes import arriving, effort_intake
from ballbot_fusion.simulation.motor_watchdog import MotorWatchdog
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.velocity_driver import VelocityDriver


def _efforts(names: Names, message: Float64MultiArray, arrival_ns: int) -> JointSample:
    return JointSample(Source.MOTORS, 0, arrival_ns, names, effort=tuple(message.data))


def _velocities(names: Names, message: Float64MultiArray, arrival_ns: int) -> JointSample:
    return JointSample(Source.MOTORS, 0, arrival_ns, names, velocity=tuple(message.data))


def array_intake(
    node: Node, names: Names, profile: QoSProfile, *, velocities: bool
) -> Intake[JointSample]:
    """Commands as ros2_control's forward controllers take them, in the joints' order."""
    convert = arriving(partial(_velocities if velocities else _efforts, names))
    topic, _ = MOTOR_TOPICS[VELOCITIES if velocities else EFFORTS]
    return Intake(node, Float64MultiArray, topic, profile, convert)


class BridgeMotors:
    """Takes torques, or in the profile ``hardware`` arrays of torques or of velocities."""

    def __init__(
        self, node: Node, robot: RobotConfig, settings: BridgeSettings, profile: QoSProfile
    ) -> None:
        """Subscribe to what the settings say that it takes.

        Raises:
            ValueError: velocities, and the robot file does not say what the gain is.
        """
        self._node, self._robot = node, robot
        self._watchdog_s = settings.watchdog_s
        self._joints = WheelJoints.of(robot)
        hardware = settings.profile == "hardware"
        self._loop = None
        if hardware and settings.drivers.commands == "velocity":
            self._loop = VelocityDriver(robot, settings.drivers.velocity)
        self.commands = (
            array_intake(node, robot.driver_names, profile, velocities=self.takes_velocities)
            if hardware
            else effort_intake(node, "motor_commands", profile)
        )
        self.start()

    def start(self) -> None:
        """Begin without a command."""
        self.told: Vector = ZERO
        """Torques at the wheels, N m, or where it takes those their velocities, rad/s."""
        self.watchdog = MotorWatchdog(self._watchdog_s)

    @property
    def takes_velocities(self) -> bool:
        """Whether it closes a velocity loop."""
        return self._loop is not None

    def take(self, sample: JointSample, now_ns: int) -> bool:
        """Follow a command from now on, unless no motor can; say whether it does."""
        names = self._robot.driver_names
        defect = (
            check_setpoints(sample, names, self._robot.encoders)
            if self.takes_velocities
            else check_motors(sample, names, self._robot.motors)
        )
        if defect is not Reason.OK:
            self._node.get_logger().error(
                f"motor command refused, {defect.text}: {list(sample.names)[:3]}, effort "
                f"{list(sample.effort)[:3]}, velocity {list(sample.velocity)[:3]}, expected "
                f"{'velocities' if self.takes_velocities else 'efforts'} of {names}",
                throttle_duration_sec=1.0,
            )
            return False
        asked = self._joints.asked_speeds if self.takes_velocities else self._joints.efforts
        self.told = asked(sample)
        self.watchdog.commanded(now_ns)
        return True

    def watch(self, now_ns: int) -> None:
        """Tell the motors nothing more where no command comes."""
        self.told = self.watchdog.passed(self.told, now_ns)

    def torques(self, simulation: Simulation, hand: Vector) -> Vector:
        """Return the torques at the wheels for the physics step that comes.

        ``hand`` is what somebody turns them with, N m; it is stronger than a driver that brakes.
        """
        given = self.told
        if self._loop is not None:
            given = self._loop.torques(self.told, simulation.wheel_speeds)
        if not any(hand):
            return given
        if self._loop is not None:
            return hand
        (a, b, c), (x, y, z) = given, hand
        return a + x, b + y, c + z
