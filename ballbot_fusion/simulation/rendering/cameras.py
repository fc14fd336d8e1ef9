"""The two depth cameras: true depth rendered, then measured."""

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import DepthSample, Source
from ballbot_fusion.simulation.rendering.renderer import DepthRenderer
from ballbot_fusion.simulation.sensors.depth import measured
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import CameraSnapshot


class DepthCameras:
    """Both cameras of a robot. Frames depend on snapshot, seed and settings alone."""

    def __init__(
        self,
        robot: RobotConfig,
        renderer: DepthRenderer,
        *,
        seed: int,
        settings: SimulationSettings | None = None,
        size: tuple[int, int] = (64, 64),
    ) -> None:
        """Use ``renderer`` at ``size`` (width, height)."""
        self._robot, self._renderer, self._seed = robot, renderer, seed
        self._settings = settings or SimulationSettings()
        self._size = size

    def render(self, snapshot: CameraSnapshot) -> tuple[DepthSample, DepthSample]:
        """Return what both cameras measure at a snapshot, 16UC1, stamped with its time."""
        first, second = (self._frame(snapshot, index) for index in (0, 1))
        return first, second

    def _frame(self, snapshot: CameraSnapshot, index: int) -> DepthSample:
        source = Source(Source.CAMERA_0 + index)
        camera = self._robot.cameras[index]
        depth = self._renderer.render(snapshot.qpos, index, *self._size)
        image = measured(depth, camera, self._settings, (self._seed, source, snapshot.frame))
        return DepthSample(
            source, snapshot.stamp_ns, snapshot.stamp_ns, image, "16UC1", camera.frame_id
        )
