"""What launch files refuse: in words, at once, with nothing left running."""

import shutil
from pathlib import Path

import pytest

from ballbot_fusion.core.resources import share
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.operation.launched import Launched

SHIPPED = sorted(path.stem for path in (share() / "models").glob("*.onnx"))
REFUSED = [
    ("policy:=nobody", f"No policy 'nobody'; models/ has {', '.join(SHIPPED)}."),
    ("policy:={tmp}/none.onnx", "none.onnx"),
    ("policy:={tmp}/short.onnx", "short.onnx"),
    ("terrain:=moon", "terrain"),
    ("drivetrain:=magnetic", "drivetrain"),
    ("mode:=fast", "mode"),
    ("sed:=3", "Unknown launch argument sed; known are"),
    ("seed:=many", "seed is 'many', expected a number of 0 or more"),
    ("seed:=1.5", "seed is '1.5', expected a whole number of 0 or more"),
    ("pre_rendered:=0.5", "pre_rendered is '0.5', expected a whole number of 0 or more"),
    ("dashboard_port:=80.5", "dashboard_port is '80.5', expected a whole number of 0 or more"),
    ("duration:=-1", "duration is '-1', expected a number of 0 or more"),
    ("duration:=nan", "duration is 'nan'"),
    ("depth_size:=64xx", "depth_size is '64xx', expected WIDTHxHEIGHT"),
    ("depth_size:=4x4", "greater than or equal to 8"),
    ("robot:={tmp}/none.yaml", "none.yaml"),
    ("robot:={tmp}/wrong.yaml", "colour"),
    ("config:={tmp}", "which has no simulation.yaml, bridge.yaml"),
    ("config:={tmp}/nan", "limits.blend_s: Input should be a finite number"),
    ("config:={tmp}/negative", "limits.blend_s: Input should be greater than 0, found -0.1"),
    ("config:={tmp}/unknown", "limits.blend_seconds: Extra inputs are not permitted"),
    ("config:={tmp}/inference", "late_share: Input should be greater than 0, found 0.0"),
    ("summary:={tmp}/nowhere/s.json", "does not exist"),
    ("headless:=false", "headless:=false needs a screen"),
    ("lose:=luck:3", "lose: String should match"),
    ("lose:=imu:3", "lose is 'imu:3', which needs lockstep"),
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "short.onnx").write_bytes(policy_path("default").read_bytes()[:100_000])
    (tmp_path / "wrong.yaml").write_text("colour: red\n")
    mistakes = (
        ("nan", "blend_s: .nan"),
        ("negative", "blend_s: -0.1"),
        ("unknown", "blend_seconds: 0.1"),
    )
    for name, mistake in mistakes:
        shutil.copytree(share() / "config", tmp_path / name)
        safety = tmp_path / name / "safety.yaml"
        safety.write_text(safety.read_text().replace("blend_s: 0.1", mistake))
    shutil.copytree(share() / "config", tmp_path / "inference")
    inference = tmp_path / "inference" / "inference.yaml"
    inference.write_text(inference.read_text().replace("late_share: 0.2", "late_share: 0.0"))
    return tmp_path


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize(("argument", "said"), REFUSED, ids=[line[0] for line in REFUSED])
def test_refused_in_words(argument: str, said: str, files: Path) -> None:
    without_screen = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    given = argument.format(tmp=files)
    with Launched("sim.launch.py", given, log=files / "log", env=without_screen) as launch:
        assert launch.wait(30.0) != 0, launch.text
        assert said in launch.text
        assert "Traceback" not in launch.text
        assert launch.processes() == {}


@pytest.mark.usefixtures("ros_domain_id")
def test_drivers_that_fail_fail_their_launch(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    shutil.copytree(share() / "config" / "hardware", hidden)
    (hidden / "hidden_robot.yaml").write_text("colour: red\n")
    with Launched("hardware.launch.py", f"hidden:={hidden}", log=tmp_path / "log") as launch:
        assert launch.wait(30.0) != 0, launch.text
        assert "failed (exit code 2); see its message above" in launch.text
        assert "colour" in launch.text
        assert "Traceback" not in launch.text
        assert launch.processes() == {}


@pytest.mark.usefixtures("ros_domain_id")
def test_show_args_explains_each(tmp_path: Path) -> None:
    assert shutil.which("ros2")
    for file in ("sim.launch.py", "robot.launch.py"):
        with Launched(file, "--show-args", log=tmp_path / file) as launch:
            assert launch.wait(30.0) == 0
            names = [line for line in launch.text.splitlines() if line.strip().startswith("'")]
            assert len(names) >= 6
            assert "no description" not in launch.text
