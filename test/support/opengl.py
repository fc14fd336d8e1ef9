"""Drawing by OpenGL in tests: where it does not work, they are skipped, and say so."""

import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.egl import EglRenderer
from ballbot_fusion.simulation.rendering.renderer import RendererError
from ballbot_fusion.simulation.terrain import Terrain


def egl(terrain: Terrain, robots: int = 1) -> EglRenderer:
    """Return a renderer of a world with ``robots``, or skip the test."""
    try:
        return EglRenderer(RobotConfig(), terrain, robots)
    except RendererError as error:
        pytest.skip(f"OpenGL does not work here: {error}")
