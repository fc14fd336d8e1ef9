"""Which renderer to use: asked for by name, or one that is fast here."""

import time

import numpy as np

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.color import ColorRenderer
from ballbot_fusion.simulation.rendering.egl import EglRenderer
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.rendering.renderer import DepthRenderer, RendererError
from ballbot_fusion.simulation.terrain import Terrain

KINDS = ("auto", "egl", "rays")
TRIALS = 3
"""Frames by which renderers are compared: the first is slow, the others may be disturbed."""
FAST_MS = 3.0
"""A tenth of a frame period at 30 Hz. Opening GL to look for better takes a second or more."""


def make_renderer(
    kind: str,
    robot: RobotConfig,
    terrain: Terrain,
    size: tuple[int, int] = (64, 64),
    robots: int = 1,
) -> tuple[DepthRenderer, str]:
    """Return a renderer and, in words, why this one; for a world with that many ``robots``.

    ``auto`` takes ray casting where that is fast enough at ``size`` (width, height), as it is for
    small images; else whichever of the two is faster here; ray casting where EGL does not work.

    ``kind`` is how depth is rendered. Rays have no colours: a colour camera is always drawn by EGL.

    Raises:
        ValueError: no such renderer.
        RendererError: EGL was asked for by name, or the robot has a colour camera, and EGL does not
            work.
    """
    if kind not in KINDS:
        raise ValueError(f"Unknown renderer {kind!r}; choose one of {', '.join(KINDS)}.")
    kinds = {camera.kind for camera in robot.cameras}
    if "color" not in kinds:
        return _depth_renderer(kind, robot, terrain, size, robots)
    by = kind if "depth" in kinds else "rays"
    depth, why = _depth_renderer(by, robot, terrain, size, robots)
    renderer = ColorRenderer(robot, terrain, depth, robots)
    return renderer, "colour by EGL" + (f", depth by {why}" if "depth" in kinds else "")


def _depth_renderer(
    kind: str, robot: RobotConfig, terrain: Terrain, size: tuple[int, int], robots: int
) -> tuple[DepthRenderer, str]:
    if kind == "egl":
        return EglRenderer(robot, terrain, robots), "EGL, as asked"
    rays = RayRenderer(robot, terrain, robots)
    if kind == "rays":
        return rays, "ray casting, as asked"
    rays_ms = _frame_ms(rays, terrain, size, robots)
    if rays_ms <= FAST_MS:
        return rays, f"ray casting: a frame takes {rays_ms:.1f} ms"
    try:
        egl = EglRenderer(robot, terrain, robots)
    except RendererError as error:
        return rays, f"ray casting, because {error}"
    egl_ms = _frame_ms(egl, terrain, size, robots)
    if egl_ms <= rays_ms:
        return egl, f"EGL: a frame takes {egl_ms:.1f} ms, by ray casting {rays_ms:.1f} ms"
    egl.close()
    return rays, f"ray casting: a frame takes {rays_ms:.1f} ms, by EGL {egl_ms:.1f} ms"


def _frame_ms(
    renderer: DepthRenderer, terrain: Terrain, size: tuple[int, int], robots: int
) -> float:
    """Shortest time of a frame, seen from half a metre above the origin of the terrain."""
    base = (0.0, 0.0, terrain.height_at(0.0, 0.0) + 0.5)
    qpos = np.tile([*base, 1.0, 0.0, 0.0, 0.0], robots)
    times = []
    for _ in range(TRIALS):
        begin = time.perf_counter()
        renderer.render(qpos, 0, *size)
        times.append(time.perf_counter() - begin)
    return min(times) * 1e3
