"""The simulated robot's drivers as those of a robot are: late, irregular, and with names of theirs.

In the profile ``hardware`` the bridge publishes nothing else, and takes arrays of efforts alone.
What topics are called is left to remapping.
"""

from collections import deque
from collections.abc import Sequence
from functools import partial

from rclpy.node import Node
from rclpy.qos import QoSProfile
from std_msgs.msg import Float64MultiArray

from ballbot_fusion.core.robot import Names
from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.nodes.bridge_settings import CameraSettings, WorldSettings
from ballbot_fusion.nodes.intake import Intake
from ballbot_fusion.nodes.sensor_intakes import arriving
from ballbot_fusion.simulation.faults.delay import DelayLine
from ballbot_fusion.simulation.sensors.noise import stream
from ballbot_fusion.simulation.simulation import STEP_NS

_JITTER = 211  # purpose of random streams, beside the numbers of the sensors


def _command(names: Names, message: Float64MultiArray, arrival_ns: int) -> JointSample:
    return JointSample(Source.MOTORS, 0, arrival_ns, names, effort=tuple(message.data))


def array_intake(node: Node, names: Names, profile: QoSProfile) -> Intake[JointSample]:
    """Commands as ros2_control's forward controllers take them: efforts in the joints' order."""
    convert = arriving(partial(_command, names))
    return Intake(node, Float64MultiArray, "motor_array", profile, convert)


class DriverSide:
    """What lies between a measurement and its message. Times are those of the simulation, ns."""

    def __init__(self, settings: WorldSettings) -> None:
        """Draw this run's jitter from the seed."""
        drivers = settings.drivers
        self._others = drivers.other_joints
        self._jitter_ns = drivers.jitter_s * 1e9
        latencies = {Source.IMU: drivers.imu_latency_s, Source.ENCODERS: drivers.joint_latency_s}
        self._latency_ns = {source: round(late * 1e9) for source, late in latencies.items()}
        self._lines = {source: DelayLine() for source in latencies}
        self._random = {source: stream(settings.seed, _JITTER, source) for source in latencies}

    def arrived(self, samples: Sequence[Sample], now_ns: int) -> list[Sample]:
        """Send ``samples`` on their way; return what is published at ``now_ns``."""
        found: list[Sample] = []
        for source, line in self._lines.items():
            new = [sample for sample in samples if sample.source is source]
            jitter = self._random[source].uniform(0.0, self._jitter_ns, len(new))
            # On the grid of steps; each from when it was taken, in lockstep too, a period at once.
            late = [int(self._latency_ns[source] + j) // STEP_NS * STEP_NS for j in jitter]
            delays = [s.stamp_ns + ns - now_ns for s, ns in zip(new, late, strict=True)]
            found += line.passed(new, delays, now_ns)
        return found

    def shown(self, sample: JointSample) -> JointSample:
        """Joints as a broadcaster of the whole robot has them: others first, positions alone."""
        names = (*self._others, *sample.names[::-1])
        position = (*(0.0 for _ in self._others), *sample.position[::-1])
        return JointSample(sample.source, sample.stamp_ns, sample.arrival_ns, names, position)


class FrameLine:
    """Frames that are rendered and not sent yet, in real time. Times are those of stamps, ns."""

    def __init__(self, settings: CameraSettings) -> None:
        """Draw this run's jitter from the seed."""
        self._latency_ns = settings.errors.depth.latency_s * 1e9
        self._jitter_ns = settings.drivers.camera_jitter_s * 1e9
        self._random = stream(settings.seed, _JITTER, Source.CAMERA_0)
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
