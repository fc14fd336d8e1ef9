"""Which renderer to use: asked for by name, or the best that works here."""

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.egl import EglRenderer
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.rendering.renderer import DepthRenderer, RendererError
from ballbot_fusion.simulation.terrain import Terrain

KINDS = ("auto", "egl", "rays")


def make_renderer(kind: str, robot: RobotConfig, terrain: Terrain) -> tuple[DepthRenderer, str]:
    """Return a renderer and, in words, why this one.

    ``auto`` is EGL where it works and ray casting elsewhere.

    Raises:
        ValueError: no such renderer.
        RendererError: EGL was asked for by name and does not work.
    """
    if kind not in KINDS:
        raise ValueError(f"Unknown renderer {kind!r}; choose one of {', '.join(KINDS)}.")
    if kind == "rays":
        return RayRenderer(robot, terrain), "ray casting, as asked"
    try:
        return EglRenderer(robot, terrain), "EGL works here" if kind == "auto" else "EGL, as asked"
    except RendererError as error:
        if kind == "egl":
            raise
        return RayRenderer(robot, terrain), f"ray casting, because {error}"
