import os
import re
import subprocess
import sys
import time
from unittest.mock import MagicMock

import mujoco
import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.egl import EglRenderer
from ballbot_fusion.simulation.rendering.renderer import RendererError
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.terrain import make_terrain

ROBOT, FLAT = RobotConfig(), make_terrain("flat", 0)


@pytest.fixture
def no_gl(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ImportError("no libEGL here")

    monkeypatch.setattr(mujoco, "Renderer", broken)


LARGE = (640, 480)
"""Pixels that no processor casts in 3 ms."""


def test_auto_takes_rays_without_gl_and_says_why(no_gl: None) -> None:
    renderer, why = make_renderer("auto", ROBOT, FLAT, LARGE)
    assert renderer.kind == "rays"
    assert "no libEGL here" in why


def test_egl_by_name_is_never_replaced(no_gl: None) -> None:
    with pytest.raises(RendererError, match="no libEGL here"):
        make_renderer("egl", ROBOT, FLAT)


def test_rays_by_name_need_no_gl(no_gl: None) -> None:
    renderer, why = make_renderer("rays", ROBOT, FLAT)
    assert (renderer.kind, why) == ("rays", "ray casting, as asked")


def test_auto_needs_no_gl_where_rays_are_fast(no_gl: None) -> None:
    renderer, why = make_renderer("auto", ROBOT, FLAT, (8, 8))
    assert renderer.kind == "rays"
    assert "GL" not in why


@pytest.mark.parametrize(("seconds", "chosen"), [(0.0, "egl"), (0.3, "rays")])
def test_auto_takes_the_faster(
    seconds: float, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render(_: EglRenderer, *__: object) -> None:
        time.sleep(seconds)

    monkeypatch.setattr(mujoco, "Renderer", MagicMock())
    monkeypatch.setattr(EglRenderer, "render", render)
    renderer, why = make_renderer("auto", ROBOT, FLAT, LARGE)
    assert renderer.kind == chosen
    assert re.match(r"(EGL|ray casting): a frame takes \d+\.\d ms", why)


def test_an_unknown_renderer_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'vulkan'.*auto, egl, rays"):
        make_renderer("vulkan", ROBOT, FLAT)


_MUJOCO_FIRST = """
import mujoco
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.terrain import make_terrain
for _ in range(3):
    renderer, why = make_renderer("auto", RobotConfig(), make_terrain("flat", 0), (640, 480))
    print(renderer.kind, why)
"""


def test_a_backend_that_needs_a_screen_is_refused_before_it_can_abort() -> None:
    """Imported first, MuJoCo takes GLFW; without a screen its second context kills the process."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "MUJOCO_GL")
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    run = subprocess.run(
        [sys.executable, "-c", _MUJOCO_FIRST], capture_output=True, text=True, env=environment
    )
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert len(lines) == 3
    for line in lines:
        assert line.startswith("rays ")
        assert "import ballbot_fusion.simulation before mujoco" in line
