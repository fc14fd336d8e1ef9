"""Two robots in one simulation: one physics, in which each is balanced by nodes of its own."""

import json
import shutil
from pathlib import Path

import pytest
from support.together import loops_together, run_together

from ballbot_fusion.core.resources import share
from ballbot_fusion.operation.launched import Launched

SECONDS, SEED = 2.0, 3


@pytest.fixture(scope="module")
def run(module_ros_domain_id: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    with Launched(
        "sim.launch.py", "robots:=2", "world:=shared", "mode:=lockstep", f"seed:={SEED}",
        f"duration:={SECONDS}", f"summary:={folder / 'run.json'}", log=folder / "launch.log",
    ) as launch:  # fmt: skip
        assert launch.wait(200.0) == 0, launch.text
        assert "Traceback" not in launch.text
        assert launch.text.count("process started") == 9, "one bridge; four nodes of each"
    return folder


def test_both_balance_and_do_to_the_bit_what_they_do_without_ros(run: Path) -> None:
    expected = run_together(loops_together("default", 2, SEED), SECONDS)
    hashes = set()
    for number, alone in enumerate(expected, 1):
        found = json.loads((run / f"run_robot_{number}.json").read_text())
        assert found["trajectory_sha256"] == alone["trajectory_sha256"]
        assert found["upright_s"] == SECONDS
        assert found["policy_share"] == 1.0
        assert not found["fell"]
        hashes.add(found["trajectory_sha256"])
    assert len(hashes) == 2, "they are no twins"


@pytest.mark.usefixtures("ros_domain_id")
def test_a_bridge_that_is_to_share_a_world_is_told_with_whom(tmp_path: Path) -> None:
    """By a parameter file, and without the namespaces that are the arguments of its process."""
    folder = shutil.copytree(share() / "config", tmp_path / "config")
    text = (folder / "bridge.yaml").read_text()
    (folder / "bridge.yaml").write_text(text.replace("robots: 1 ", "robots: 2 "))
    with Launched("sim.launch.py", f"config:={folder}", log=tmp_path / "log") as launch:
        assert launch.wait(60.0) != 0
        assert "namespaces are its arguments" in launch.text
