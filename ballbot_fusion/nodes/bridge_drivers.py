"""The ROS side of the simulated robot's drivers: commands as arrays, frames that wait.

What lies between a measurement and its message is in simulation/driver_side.py. What topics are
called is left to remapping.
"""

from collections import deque
from collections.abc import Sequence
from functools import partial

from rclpy.node import Node
from rclpy.qos import QoSProfile
from std_msgs.msg import Float64MultiArray

from ballbot_fusion.core.robot import Names
from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.core.topic_names import EFFORTS, MOTOR_TOPICS, VELOCITIES
from ballbot_fusion.nodes.bridge_settings import CameraSettings
from ballbot_fusion.nodes.intake import Intake
from ballbot_fusion.nodes.sensor_intakes import arriving
from ballbot_fusion.simulation.driver_side import JITTER
from ballbot_fusion.simulation.sensors.noise import stream


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


class FrameLine:
    """Frames that are rendered and not sent yet, in real time. Times are those of stamps, ns."""

    def __init__(self, settings: CameraSettings) -> None:
        """Draw this run's jitter from the seed."""
        self._latency_ns = settings.errors.depth.latency_s * 1e9
        self._jitter_ns = settings.drivers.camera_jitter_s * 1e9
        self._random = stream(settings.seed, JITTER, Source.CAMERA_0)
        self._under_way: deque[tuple[int, Sample]] = deque()

    def add(self, samples: Sequence[Sample]) -> None:
        """Take in frames that have just been rendered; both of a moment arrive together."""
        late_ns = self._latency_ns + self._random.uniform(0.0, self._jitter_ns)
        self._under_way.extend((round(s.stamp_ns + late_ns), s) for s in samples)

    def due(self, now_ns: int) -> list[Sample]:
        """Return the frames whose latency is over, oldest first."""
        found = []
        while self._under_way and self._under_way[0][0] <= now_ns:
            found.append(self._under_way.popleft()[1])
        return found
