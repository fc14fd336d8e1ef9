"""Pictures for people: the robot on its ground, from a camera that follows it."""

from copy import copy
from pathlib import Path

import cv2
import mujoco
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.simulation.rendering.egl import open_renderer
from ballbot_fusion.simulation.simulation import Simulation

DISTANCE_M = 1.35
AZIMUTH_DEG = 152.0
ELEVATION_DEG = -11.0
LOOK_AT_HEIGHT_M = 0.22
"""Above the ball's centre."""


class View:
    """A camera that follows the robot; it keeps its GL context until ``close``."""

    def __init__(
        self, simulation: Simulation, width: int, height: int, *, fine: bool = False
    ) -> None:
        """Look at ``simulation``, which is left as it is; ``fine``: shadows for a single picture.

        Raises:
            RendererError: there is no usable GL here.
            ValueError: the picture is larger than the model's 1280 x 960 frame buffer.
        """
        self._simulation, model = simulation, simulation.model
        if fine:
            # Fine shadows cost time in every GL context, so only the copy for pictures has them.
            model = copy(model)
            model.vis.quality.shadowsize, model.vis.quality.offsamples = 8192, 8
        self._renderer = open_renderer(model, width, height)

    def picture(self) -> NDArray[np.uint8]:
        """Return the present state as (height, width, 3) RGB."""
        data, camera = self._simulation.data, mujoco.MjvCamera()
        x, y, z = self._simulation.ground_truth().position
        camera.lookat[:] = x, y, z + LOOK_AT_HEIGHT_M
        camera.distance, camera.azimuth, camera.elevation = DISTANCE_M, AZIMUTH_DEG, ELEVATION_DEG
        self._renderer.update_scene(data, camera)
        picture: NDArray[np.uint8] = self._renderer.render()
        return picture

    def close(self) -> None:
        """Give the GL context back."""
        self._renderer.close()


def render_view(simulation: Simulation, width: int = 1280, height: int = 800) -> NDArray[np.uint8]:
    """Return the present state as (height, width, 3) RGB; raises as ``View`` does."""
    view = View(simulation, width, height, fine=True)
    try:
        return view.picture()
    finally:
        view.close()


def save_view(simulation: Simulation, path: str | Path) -> None:
    """Write the present state as a picture, PNG or JPEG by the path's ending.

    Raises:
        RendererError: there is no usable GL here.
        OSError: the picture cannot be written there.
    """
    picture = cv2.cvtColor(render_view(simulation), cv2.COLOR_RGB2BGR)
    try:
        written = cv2.imwrite(str(path), picture)
    except cv2.error as error:
        raise OSError(f"Cannot write {path}: {error.err}. End it in .png or .jpg.") from error
    if not written:
        raise OSError(f"Cannot write {path}: no such folder, or not writable. Choose another path.")
