"""rviz:=true: what RViz is started with, and words where it is not installed."""

import json
import os
import sys
from pathlib import Path

import pytest
import yaml

from ballbot_fusion.nodes.rviz import is_installed
from ballbot_fusion.operation.launched import Launched

TELL = """#!{python}
import json, sys, time
from pathlib import Path
name, told = Path(sys.argv[0]).name, Path({folder!r})
words = sys.argv[1:]
said = {{"words": words}}
for flag, key in (("-d", "layout"), ("--params-file", "parameters")):
    if flag in words:
        said[key] = Path(words[words.index(flag) + 1]).read_text()
part = told / (name + ".part")
part.write_text(json.dumps(said))
part.rename(told / (name + ".json"))
time.sleep(600)
"""


def pretended(folder: Path, *packages: str) -> dict[str, str]:
    """Packages as ament knows them, whose executables tell what they are started with."""
    for package in packages:
        index = folder / "share" / "ament_index" / "resource_index" / "packages"
        index.mkdir(parents=True, exist_ok=True)
        (index / package).touch()
        program = folder / "lib" / package / package
        program.parent.mkdir(parents=True)
        program.write_text(TELL.format(python=sys.executable, folder=str(folder)))
        program.chmod(0o755)
    before = os.environ.get("AMENT_PREFIX_PATH", "")
    return {"AMENT_PREFIX_PATH": os.pathsep.join([str(folder), before]).rstrip(os.pathsep)}


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize("namespace", ["", "robot_1"])
def test_it_is_started_with_the_robots_layout_and_model(tmp_path: Path, namespace: str) -> None:
    env = pretended(tmp_path, "rviz2", "robot_state_publisher")
    place = [f"namespace:={namespace}"] if namespace else []
    told = [tmp_path / f"{name}.json" for name in ("rviz2", "robot_state_publisher")]
    with Launched(
        "robot.launch.py", "rviz:=true", "record:=none", *place, log=tmp_path / "log", env=env
    ) as launch:
        launch.await_(lambda: all(path.exists() for path in told), "both are started")
        assert launch.process.poll() is None
    shown, states = (json.loads(path.read_text()) for path in told)
    below = f"/{namespace}" if namespace else ""
    displays = yaml.safe_load(shown["layout"])["Visualization Manager"]["Displays"]
    topics = [display.get("Topic") or display.get("Description Topic") for display in displays]
    found = {topic["Value"] for topic in topics if topic}
    ours = ("odom", "robot_description", *(f"camera_{n}/depth/image_rect_raw" for n in (0, 1)))
    assert found == {f"{below}/{topic}" for topic in ours}
    for words in (shown["words"], states["words"]):
        assert f"__ns:={below or '/'}" in words
        assert {"/tf:=tf", "/tf_static:=tf_static", "/clock:=clock"} <= set(words)
    (values,) = (
        entry["ros__parameters"] for entry in yaml.safe_load(states["parameters"]).values()
    )
    assert values["robot_description"].startswith("<?xml")
    assert values["use_sim_time"] is False


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize("file", ["sim.launch.py", "robot.launch.py"])
def test_where_it_is_not_installed_the_launch_says_so(tmp_path: Path, file: str) -> None:
    if is_installed("rviz2"):
        pytest.skip("rviz2 is installed here")
    with Launched(file, "rviz:=true", log=tmp_path / "log") as launch:
        assert launch.wait(60.0) != 0
        assert "rviz:=true, but no package rviz2" in launch.text
        assert "Traceback" not in launch.text
