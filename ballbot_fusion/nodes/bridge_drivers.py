"""The ROS side of the simulated robot's drivers: commands as arrays, frames that wait.

What lies between a measurement and its message is in simulation/driver_side.py. What topics are
called is left to remapping.
"""

from collections import deque
from collections.abc import Sequence

from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.nodes.bridge_settings import CameraSettings
from ballbot_fusion.simulation.driver_side import JITTER
from ballbot_fusion.simulation.sensors.noise import stream


class FrameLine:
    """Frames that are rendered and not sent yet, in real time. Times are those of stamps, ns."""

    def __init__(self, settings: CameraSettings) -> None:
        """Draw this run's jitter from the seed."""
        self._latency_ns = settings.errors.depth.latency_s * 1e9
        self._jitter_ns = settings.drivers.camera_jitter_s * 1e9
        self._random = stream(settings.own_seed, JITTER, Source.CAMERA_0)
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
