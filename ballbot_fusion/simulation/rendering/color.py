"""Colour as the robot's cameras would see it, by OpenGL."""

import mujoco
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.egl import EglScene, open_renderer
from ballbot_fusion.simulation.rendering.renderer import DepthRenderer
from ballbot_fusion.simulation.terrain import Terrain


class ColorRenderer(EglScene):
    """Colour of the scene; depth, for a robot that has a camera of each kind, by another renderer.

    Without shadows, which by software take most of a frame, and with one sample a pixel: about 1 ms
    for 64 x 64 pixels on a plane, 30 to 60 ms on uneven ground, whose every triangle is drawn.
    """

    kind = "color"

    def __init__(
        self, robot: RobotConfig, terrain: Terrain, depth: DepthRenderer, robots: int = 1
    ) -> None:
        """Build a model of its own, of a world with that many ``robots``.

        Raises:
            RendererError: there is no usable EGL here.
        """
        self._depth = depth
        super().__init__(robot, terrain, robots)

    def _opened(self, width: int, height: int) -> mujoco.Renderer:
        # Every context has buffers of its own, and a training keeps one for each ground.
        room, quality = self._model.vis.global_, self._model.vis.quality
        room.offwidth, room.offheight = width, height
        quality.shadowsize = quality.offsamples = 0
        renderer = open_renderer(self._model, width, height)
        renderer.scene.flags[mujoco.mjtRndFlag.mjRND_SHADOW] = False
        return renderer

    def render(
        self, qpos: NDArray[np.float64], camera: int, width: int, height: int
    ) -> NDArray[np.float32]:
        """See DepthRenderer.render."""
        return self._depth.render(qpos, camera, width, height)

    def render_color(
        self, qpos: NDArray[np.float64], camera: int, width: int, height: int
    ) -> NDArray[np.uint8]:
        """(height, width, 3) red, green, blue."""
        picture: NDArray[np.uint8] = self._drawn(qpos, camera, width, height)
        return picture

    def close(self) -> None:
        """See DepthRenderer.close."""
        super().close()
        self._depth.close()
