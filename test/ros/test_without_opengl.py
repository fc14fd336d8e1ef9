"""A machine without OpenGL."""

from pathlib import Path

import pytest

from ballbot_fusion.operation.launched import Launched


@pytest.mark.usefixtures("ros_domain_id")
def test_without_opengl_depth_is_cast_by_rays(tmp_path: Path) -> None:
    """`auto` says what it uses instead; who asks for EGL gets EGL or a refusal."""
    without_gl = {"MUJOCO_GL": "disable"}
    arguments = ("mode:=real_time", "renderer:=auto", "depth_size:=640x480")
    with Launched("sim.launch.py", *arguments, log=tmp_path / "a", env=without_gl) as launch:
        launch.says("renderer: ")
        launch.says("ARMED: armed")
        assert "rays" in next(line for line in launch.text.splitlines() if "renderer: " in line)
    with Launched("sim.launch.py", "renderer:=egl", log=tmp_path / "b", env=without_gl) as launch:
        assert launch.wait(30.0) != 0
        assert "OpenGL does not work here" in launch.text
        assert launch.processes() == {}
