"""What every depth renderer offers."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class RendererError(RuntimeError):
    """A renderer cannot work here. The text says what, found, expected, what to do."""


def poses_of(qpos: NDArray[np.float64], robots: int) -> NDArray[np.float64]:
    """(robots, 7) poses at the beginning of ``qpos``; what comes after them, no camera sees."""
    return qpos[: 7 * robots].reshape(robots, 7)


class DepthRenderer(Protocol):
    """Renders true depth from where the robots of a world are."""

    kind: str

    def render(
        self, qpos: NDArray[np.float64], camera: int, width: int, height: int
    ) -> NDArray[np.float32]:
        """(height, width) depth along the optical axis [m] (REP 118); inf where nothing is seen.

        ``qpos`` begins with the pose of the camera's robot (7,) as MuJoCo writes it, then come
        those of the others in the world that the renderer was made for.
        """

    def close(self) -> None:
        """Free what the renderer holds."""
