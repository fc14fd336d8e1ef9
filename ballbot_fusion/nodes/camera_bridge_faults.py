"""What becomes of the frames in the camera process while faults of the cameras are switched on."""

from collections import deque
from collections.abc import Sequence

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ImageSample, Sample
from ballbot_fusion.nodes.camera_state import Told
from ballbot_fusion.simulation.faults.gate import Gate
from ballbot_fusion.simulation.faults.order import Order
from ballbot_fusion.simulation.faults.switched import Directive
from ballbot_fusion.simulation.settings import SimulationSettings


class CameraFaults:
    """Passes frames on as the bridge directs.

    In real time a frame passes when it was rendered. In lockstep it passes at the end of the
    control period in which it arrives, a latency after it was taken, as without ROS.
    """

    def __init__(
        self, settings: SimulationSettings, seed: int, robot: RobotConfig | None = None
    ) -> None:
        """Begin without faults; ``seed`` is for those that name none; ``robot`` has the cameras."""
        self._gate = Gate(settings, seed, robot)
        self._latency_ns = round(settings.depth.latency_s * 1e9)
        self._in_transit: deque[ImageSample] = deque()
        self._directives: tuple[Directive[Order], ...] = ()

    @property
    def busy(self) -> bool:
        """Whether frames may be held back, or there is something to report."""
        return self._gate.busy

    @property
    def effects(self) -> dict[int, int]:
        """How many frames each fault spoilt, of those that the bridge names now."""
        named = {directive.number for directive in self._directives}
        return {number: count for number, count in self._gate.effects.items() if number in named}

    def passed(self, frames: Sequence[ImageSample], told: Told, now_ns: int) -> list[Sample]:
        """Return what goes out now, in real time or in lockstep without faults."""
        self._directives = told.directives
        if not told.directives:
            self._gate.remember(frames)
        return self._gate.passed([*frames], now_ns, told.directives)

    def waited(self, now_ns: int) -> list[Sample]:
        """Return what was held back until now."""
        return self._gate.passed([], now_ns, self._directives)

    def hold(self, frames: Sequence[ImageSample]) -> None:
        """Keep frames until their control period ends."""
        self._in_transit.extend(frames)

    def period_ended(self, told: Told) -> list[Sample]:
        """Return what arrives in the control period that ends now."""
        due: list[ImageSample] = []
        while self._in_transit and self._in_transit[0].stamp_ns + self._latency_ns <= told.stamp_ns:
            due.append(self._in_transit.popleft())
        return self.passed(due, told, told.stamp_ns)
