"""What every depth renderer offers."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class RendererError(RuntimeError):
    """A renderer cannot work here. The text says what, found, expected, what to do."""


class DepthRenderer(Protocol):
    """Renders true depth from the generalised positions of the simulation."""

    kind: str

    def render(
        self, qpos: NDArray[np.float64], camera: int, width: int, height: int
    ) -> NDArray[np.float32]:
        """(height, width) depth along the optical axis [m] (REP 118); inf where nothing is seen."""

    def close(self) -> None:
        """Free what the renderer holds."""
