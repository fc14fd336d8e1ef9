"""Depth images a second of one camera, by renderer, size and ground."""

from itertools import count

import numpy as np

from ballbot_fusion.bench.setting import Setting
from ballbot_fusion.bench.timing import Repeats, rate
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.renderer import DepthRenderer, RendererError
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

KINDS = ("rays", "egl")
SIZES = ((64, 64), (640, 480))
GROUNDS = ("flat", "rough", "walls")
SECONDS, QUICK_SECONDS = 1.0, 0.01
YAWS = 16
"""The robot looks about: no two frames in a row are the same."""


def _frames_hz(
    renderer: DepthRenderer, ground: str, size: tuple[int, int], seconds: float
) -> float:
    """Render in turn all round, from where the robot stands at the start."""
    start = Simulation(RobotConfig(), make_terrain(ground, 0), seed=0).data.qpos.copy()
    poses = []
    for yaw in np.linspace(0.0, 2.0 * np.pi, YAWS, endpoint=False):
        pose = start.copy()
        pose[3:7] = [np.cos(yaw / 2.0), 0.0, 0.0, np.sin(yaw / 2.0)]
        poses.append(pose)
    number = count()
    renderer.render(poses[0], 0, *size)  # the first one compiles and allocates
    return rate(lambda: renderer.render(poses[next(number) % YAWS], 0, *size), seconds)


def measure(setting: Setting, found: Repeats) -> list[str]:
    """Add a repeat of every renderer that works here; return why others do not."""
    remarks = []
    for kind in KINDS:
        for ground in GROUNDS[:1] if setting.quick else GROUNDS:
            try:
                renderer, _ = make_renderer(kind, RobotConfig(), make_terrain(ground, 0))
            except RendererError as error:
                remarks.append(f"{kind} was left out: {error}")
                continue
            for size in SIZES:
                seconds = setting.sized(SECONDS, QUICK_SECONDS)
                figure = _frames_hz(renderer, ground, size, seconds)
                found.add(f"{kind} {size[0]}x{size[1]}, {ground}", {"frames_per_s": figure})
            renderer.close()
    return remarks
