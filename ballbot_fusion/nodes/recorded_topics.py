"""What the recorder listens to: everything that the nodes of a robot say to each other."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import Twist, TwistStamped
from nav_msgs.msg import Odometry
from rcl_interfaces.msg import Log, ParameterEvent
from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSProfile, ReliabilityPolicy
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState, Joy
from std_msgs.msg import Bool, Float64MultiArray, Int64MultiArray, String

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.topic_names import image_topics, info_topic
from ballbot_fusion.nodes import qos
from ballbot_fusion.recording.contract import TOPIC as CONTRACT
from ballbot_fusion.recording.contract import TRACE


def _profile(depth: int, *, reliable: bool, latched: bool = False) -> QoSProfile:
    reliability = ReliabilityPolicy.RELIABLE if reliable else ReliabilityPolicy.BEST_EFFORT
    durability = DurabilityPolicy.TRANSIENT_LOCAL if latched else DurabilityPolicy.VOLATILE
    return QoSProfile(
        depth=depth, history=HistoryPolicy.KEEP_LAST, reliability=reliability,
        durability=durability,
    )  # fmt: skip


STREAM = _profile(5000, reliable=False)
"""What comes up to 1000 times a second: five seconds of it may wait for a busy machine. Best effort
matches every publisher, and none of them ever waits for a recorder."""
IMAGES = _profile(60, reliable=False)
"""Two seconds of them."""
EVENTS = _profile(1000, reliable=True)
LATCHED = _profile(10, reliable=True, latched=True)
LOG = _profile(1000, reliable=True, latched=True)


class Recorded(NamedTuple):
    """A topic and how it is listened to."""

    topic: str
    kind: Any
    profile: QoSProfile
    latched: bool = False
    """Whether its last message is part of what follows, however long ago it was said."""
    by_several: bool = False
    """Whether each of several nodes says it, and each that recordings need was said once."""
    counted: bool = False
    """Whether lockstep must not begin before somebody sends it."""


def recorded_topics(
    robot: RobotConfig, *, lockstep: bool, stamped_command: bool
) -> Iterator[Recorded]:
    """Return every topic to record of ``robot``."""
    stream = qos.EVERYTHING if lockstep else STREAM
    images = qos.EVERYTHING if lockstep else IMAGES
    yield Recorded("imu/data", Imu, stream, counted=True)
    yield Recorded("joint_states", JointState, stream, counted=True)
    for topic in image_topics(robot).values():
        yield Recorded(topic, Image, images, counted=True)
        yield Recorded(info_topic(topic), CameraInfo, images)
    yield Recorded("motor_commands", JointState, stream, counted=True)
    yield Recorded("motor_array", Float64MultiArray, STREAM)
    yield Recorded("motor_velocities", Float64MultiArray, STREAM)
    yield Recorded("policy_command", JointState, stream, counted=True)
    yield Recorded("cmd_vel", TwistStamped if stamped_command else Twist, EVENTS)
    yield Recorded("e_stop", Bool, STREAM)
    yield Recorded("joy", Joy, STREAM)
    yield Recorded("instruction", String, EVENTS)
    yield Recorded("safety/state", String, LATCHED, latched=True)
    yield Recorded("inference/features", Float64MultiArray, EVENTS)
    yield Recorded("odom", Odometry, EVENTS)
    yield Recorded("ground_truth/odom", Odometry, STREAM)
    yield Recorded("robot_description", String, LATCHED, latched=True)
    yield Recorded("/diagnostics", DiagnosticArray, EVENTS)
    yield Recorded("/parameter_events", ParameterEvent, EVENTS)
    yield Recorded("parameters_in_force", String, LATCHED, by_several=True)
    yield Recorded("/rosout", Log, LOG)
    yield Recorded(CONTRACT, String, LATCHED, latched=True)
    if lockstep:
        yield Recorded("clock", Clock, EVENTS)
        yield Recorded("lockstep/manifest", Int64MultiArray, qos.EVERYTHING)
    # The last: whoever publishes it takes our presence for the beginning of the recording.
    # Out of lockstep, the recorder asks for it when it hears the others.
    yield Recorded(
        TRACE, Float64MultiArray, qos.EVERYTHING if lockstep else qos.TRACE, counted=True
    )
