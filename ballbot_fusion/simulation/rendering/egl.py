"""Drawing by OpenGL without a screen (EGL; software rendering will do)."""

import os
from typing import Any

import mujoco
import numpy as np
from mujoco import gl_context
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.appearance import HULL_GROUP
from ballbot_fusion.simulation.rendering.renderer import RendererError, poses_of
from ballbot_fusion.simulation.terrain import Terrain
from ballbot_fusion.simulation.world import Part, World

SEEN_GROUP = 0
"""Geom group that is always drawn."""


def open_renderer(model: mujoco.MjModel, width: int, height: int) -> mujoco.Renderer:
    """Open a GL context for pictures of one size.

    Raises:
        RendererError: there is no usable GL here.
        ValueError: the picture is larger than the model's frame buffer.
    """
    room = model.vis.global_
    if width > room.offwidth or height > room.offheight:
        raise ValueError(
            f"A picture of {width} x {height} pixels is larger than the frame buffer of "
            f"{room.offwidth} x {room.offheight}; ask for a smaller one."
        )
    _check_backend()
    try:
        return mujoco.Renderer(model, height, width)
    except Exception as error:  # GL bindings raise whatever they please
        raise RendererError(
            f"OpenGL does not work here ({type(error).__name__}: {error}). Install a driver for "
            "EGL (Debian: libegl1 libgl1-mesa-dri), or use the renderer 'rays'."
        ) from error


def _check_backend() -> None:
    """Refuse a backend that needs a screen where there is none: its second context would abort."""
    context = getattr(gl_context, "GLContext", None)
    backend = "no OpenGL" if context is None else str(context.__module__)
    has_screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if context is None or (backend.endswith("glfw") and not has_screen):
        raise RendererError(
            f"OpenGL does not work here: MuJoCo uses {backend}, which needs a screen to draw. "
            "It chooses when first imported: leave MUJOCO_GL unset and import "
            "ballbot_fusion.simulation before mujoco, or use the renderer 'rays'."
        )


def _show(model: mujoco.MjModel, other: Part) -> None:
    """Let cameras see what of a robot they do not see of their own."""
    for geom in other.geoms:
        if model.geom_group[geom] == HULL_GROUP:
            model.geom_group[geom] = SEEN_GROUP


class EglScene:
    """Draws with MuJoCo what the robot's cameras see; one GL context per image size."""

    def __init__(self, robot: RobotConfig, terrain: Terrain, robots: int = 1) -> None:
        """Build a model of its own, of a world with that many ``robots``.

        Raises:
            RendererError: there is no usable EGL here.
        """
        world = World(robot, terrain, robots=robots)
        self._model, self._parts = world.model, [Part(world, p) for p in range(robots)]
        self._camera = self._parts[0].prefix + "camera_"
        for other in self._parts[1:]:
            _show(self._model, other)
        self._data = world.data
        self._renderers: dict[tuple[int, int], mujoco.Renderer] = {}
        self._option = mujoco.MjvOption()
        self._option.geomgroup[HULL_GROUP] = 0
        self._renderer(8, 8)

    def _renderer(self, width: int, height: int) -> mujoco.Renderer:
        if (width, height) not in self._renderers:
            self._renderers[width, height] = self._opened(width, height)
        return self._renderers[width, height]

    def _opened(self, width: int, height: int) -> mujoco.Renderer:
        return open_renderer(self._model, width, height)

    def _drawn(
        self, qpos: NDArray[np.float64], camera: int, width: int, height: int
    ) -> NDArray[Any]:
        # The poses of base_links. What else a drivetrain moves, no camera sees.
        for part, pose in zip(self._parts, poses_of(qpos, len(self._parts)), strict=True):
            part.qpos[:7] = pose
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)
        renderer = self._renderer(width, height)
        name = f"{self._camera}{camera}"
        renderer.update_scene(self._data, camera=name, scene_option=self._option)
        return renderer.render()

    def close(self) -> None:
        """See DepthRenderer.close."""
        for renderer in self._renderers.values():
            renderer.close()
        self._renderers.clear()


class EglRenderer(EglScene):
    """Depth of the scene."""

    kind = "egl"

    def __init__(self, robot: RobotConfig, terrain: Terrain, robots: int = 1) -> None:
        """See EglScene."""
        super().__init__(robot, terrain, robots)
        self._far = float(self._model.vis.map.zfar * self._model.stat.extent)

    def _opened(self, width: int, height: int) -> mujoco.Renderer:
        renderer = super()._opened(width, height)
        renderer.enable_depth_rendering()
        return renderer

    def render(
        self, qpos: NDArray[np.float64], camera: int, width: int, height: int
    ) -> NDArray[np.float32]:
        """See DepthRenderer.render."""
        depth = self._drawn(qpos, camera, width, height)
        return np.where(depth < 0.99 * self._far, depth, np.float32(np.inf))
