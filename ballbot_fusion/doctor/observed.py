"""What the doctor knows: plain data, however it was gathered.

Arrivals are of the system's clock here, in nanoseconds, as stamps should be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import DepthSample, ImuSample, JointSample, Sample, Source
from ballbot_fusion.core.topic_names import JOINT_STATES, MOTOR_TOPICS, image_topics, info_topic

IMU, JOINTS = "imu/data", "joint_states"
FEWEST = 5
"""Messages that tell a rate."""


class Endpoint(NamedTuple):
    """Somebody who publishes or subscribes a topic."""

    node: str
    type: str
    reliable: bool
    latched: bool
    """Durability: transient local."""


@dataclass(frozen=True)
class Stream:
    """One topic that the robot cannot do without."""

    topic: str
    """As it is called on the graph."""
    type: str
    """Message type that it must have."""
    publishers: tuple[Endpoint, ...] = ()
    subscriptions: tuple[Endpoint, ...] = ()
    """The doctor's own is not among them."""
    stamps_ns: tuple[int, ...] = ()
    """Of every message that came, in the order of arrival."""
    arrivals_ns: tuple[int, ...] = ()
    frame_ids: frozenset[str] = frozenset()
    samples: tuple[Sample, ...] = ()
    """What was in them; of images only some."""
    sent_ns: tuple[int, ...] = ()
    """When each was sent, by the clock of whoever sent it; empty where nobody knows."""


class Processor(NamedTuple):
    """How busy the computer is."""

    cores: int
    free: float
    """Share of all cores that is idle, or spent on what gives way (nice) or on the doctor."""
    waits: float = 0.0
    """Share of the time that it wanted to run and had to wait, as the doctor itself found."""


Recording = tuple[Sample, ...]
"""Everything that came while somebody moved the robot, in the order of arrival."""


@dataclass(frozen=True)
class Observed:
    """All evidence. Streams are by our own names of topics, before remapping."""

    robot: RobotConfig
    streams: Mapping[str, Stream]
    command_type: str = JOINT_STATES
    """One of ``MOTOR_TOPICS``, as robot.launch.py has it."""
    graph: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Types by topic of everything that is published."""
    said: tuple[Mapping[str, Mapping[str, str]], ...] = ()
    """What inference and safety said of themselves, first and last, by node; see /diagnostics."""
    policy: str = ""
    """Why the policy file is refused; empty: it fits the robot file."""
    processor: Processor | None = None
    moved: Mapping[str, Recording] = field(default_factory=dict)
    """Recordings by what was asked for; see doctor/stimuli.py."""

    @property
    def motor_topic(self) -> str:
        """Our name of the topic that the motors' driver listens to."""
        return MOTOR_TOPICS[self.command_type][0]

    def imu(self, stimulus: str = "") -> list[ImuSample]:
        """IMU samples of the time at rest, or of a stimulus."""
        return [s for s in self._of(IMU, stimulus) if isinstance(s, ImuSample)]

    def joints(self, stimulus: str = "") -> list[JointSample]:
        """Joint samples of the time at rest, or of a stimulus."""
        found = [s for s in self._of(JOINTS, stimulus) if isinstance(s, JointSample)]
        return [s for s in found if s.source is Source.ENCODERS]

    def frames(self, camera: int, stimulus: str = "") -> list[DepthSample]:
        """Depth images of the time at rest, or of a stimulus."""
        source = Source(Source.CAMERA_0 + camera)
        found = self._of(image_topics(self.robot)[source], stimulus)
        return [s for s in found if isinstance(s, DepthSample) and s.source is source]

    def _of(self, topic: str, stimulus: str) -> tuple[Sample, ...]:
        if stimulus:
            return self.moved.get(stimulus, ())
        return self.streams[topic].samples if topic in self.streams else ()


def wanted(robot: RobotConfig, command_type: str) -> dict[str, str]:
    """Message type of each topic that drivers publish or, of the motors, listen to."""
    motors = MOTOR_TOPICS[command_type]
    topics = {IMU: "sensor_msgs/msg/Imu", JOINTS: "sensor_msgs/msg/JointState"}
    for source, topic in image_topics(robot).items():
        topics[topic] = "sensor_msgs/msg/Image"
        if robot.cameras[source - Source.CAMERA_0].intrinsics == "camera_info":
            topics[info_topic(topic)] = "sensor_msgs/msg/CameraInfo"
    return {**topics, motors[0]: motors[1]}
