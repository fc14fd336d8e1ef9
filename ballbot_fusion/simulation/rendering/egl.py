"""Depth by OpenGL without a screen (EGL; software rendering will do)."""

import mujoco
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.model import HULL_GROUP, build_model
from ballbot_fusion.simulation.rendering.renderer import RendererError
from ballbot_fusion.simulation.terrain import Terrain


class EglRenderer:
    """Renders with MuJoCo; one GL context per image size."""

    kind = "egl"

    def __init__(self, robot: RobotConfig, terrain: Terrain) -> None:
        """Build a model of its own.

        Raises:
            RendererError: there is no usable EGL here.
        """
        self._model = build_model(robot, terrain)
        self._data = mujoco.MjData(self._model)
        self._renderers: dict[tuple[int, int], mujoco.Renderer] = {}
        self._option = mujoco.MjvOption()
        self._option.geomgroup[HULL_GROUP] = 0
        self._far = float(self._model.vis.map.zfar * self._model.stat.extent)
        self._renderer(8, 8)

    def _renderer(self, width: int, height: int) -> mujoco.Renderer:
        if (width, height) not in self._renderers:
            try:
                renderer = mujoco.Renderer(self._model, height, width)
                renderer.enable_depth_rendering()
            except Exception as error:  # GL bindings raise whatever they please
                raise RendererError(
                    f"EGL does not work here ({type(error).__name__}: {error}). Install libegl1 and "
                    "a driver (Debian: libegl1 libgl1-mesa-dri), or use the renderer 'rays'."
                ) from error
            self._renderers[width, height] = renderer
        return self._renderers[width, height]

    def render(
        self, qpos: NDArray[np.float64], camera: int, width: int, height: int
    ) -> NDArray[np.float32]:
        """See DepthRenderer.render."""
        self._data.qpos[:] = qpos
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)
        renderer = self._renderer(width, height)
        renderer.update_scene(self._data, camera=camera, scene_option=self._option)
        depth = renderer.render()
        return np.where(depth < 0.99 * self._far, depth, np.float32(np.inf))

    def close(self) -> None:
        """See DepthRenderer.close."""
        for renderer in self._renderers.values():
            renderer.close()
        self._renderers.clear()
