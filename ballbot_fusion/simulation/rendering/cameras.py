"""The robot's two cameras: what is to be seen rendered, then measured."""

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ColorSample, DepthSample, ImageSample, Source
from ballbot_fusion.core.viewpoint import ideal
from ballbot_fusion.simulation.rendering.color import ColorRenderer
from ballbot_fusion.simulation.rendering.renderer import DepthRenderer
from ballbot_fusion.simulation.sensors.color import photographed
from ballbot_fusion.simulation.sensors.depth import measured
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import CameraSnapshot


class Cameras:
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
        """Use ``renderer`` at ``size`` (width, height).

        Raises:
            ValueError: a colour camera, and a renderer that draws no colours.
        """
        self._robot, self._renderer, self._seed = robot, renderer, seed
        self._settings = settings or SimulationSettings()
        self._size = size
        self._color = renderer if isinstance(renderer, ColorRenderer) else None
        if self._color is None and any(camera.kind == "color" for camera in robot.cameras):
            raise ValueError(
                f"The robot has a colour camera, and the renderer {renderer.kind!r} draws depth "
                "alone. Take what make_renderer() makes for this robot."
            )

    def render(self, snapshot: CameraSnapshot) -> tuple[ImageSample, ImageSample]:
        """Return what both cameras take at a snapshot, 16UC1 or rgb8, stamped with its time."""
        first, second = (self._frame(snapshot, index) for index in (0, 1))
        return first, second

    def _frame(self, snapshot: CameraSnapshot, index: int) -> ImageSample:
        source, camera = Source(Source.CAMERA_0 + index), self._robot.cameras[index]
        seed, stamp_ns = (self._seed, source, snapshot.frame), snapshot.stamp_ns
        if camera.kind == "color" and self._color is not None:
            picture = self._color.render_color(snapshot.qpos, index, *self._size)
            seen = photographed(picture, self._settings, seed)
            return ColorSample(source, stamp_ns, stamp_ns, seen, "rgb8", camera.frame_id)
        depth = self._renderer.render(snapshot.qpos, index, *self._size)
        image = measured(depth, camera, self._settings, seed)
        lens = ideal(camera.fov_deg, *self._size) if camera.intrinsics == "camera_info" else None
        return DepthSample(source, stamp_ns, stamp_ns, image, "16UC1", camera.frame_id, lens)
