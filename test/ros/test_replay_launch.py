"""A recording played to the nodes at its own pace, and refused in words where it cannot be."""

import json
from pathlib import Path

import pytest
from support.recorded_run import default_scenario, record

from ballbot_fusion.operation.launched import Launched

SECONDS = 3.5


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scenario = default_scenario(velocity=(0.2, 0.0, 0.0))
    return record(tmp_path_factory.mktemp("bags") / "drive", scenario, SECONDS)


def test_commands_are_near_those_recorded(
    module_ros_domain_id: int, bag: Path, tmp_path: Path
) -> None:
    """The same samples in other ticks: near, and never the zeros of a robot that hears nothing."""
    summary = tmp_path / "summary.json"
    with Launched(
        "replay.launch.py", f"bag:={bag}", f"summary:={summary}", "safety:=true",
        log=tmp_path / "launch.log",
    ) as launch:  # fmt: skip
        assert launch.wait(120.0) == 0, launch.text
    found = json.loads(summary.read_text())
    assert found["recorded_commands"] > SECONDS * 180
    assert found["compared"] > 50, launch.text
    assert found["apart_mean_n_m"] < 0.2, found
    assert "The recording has ended" in launch.text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "bag is empty"), (["bag:=/nowhere"], "is no recording"), (["rate:=-1"], "rate is '-1'")],
)
def test_what_cannot_be_played_is_refused_in_words(
    module_ros_domain_id: int, tmp_path: Path, arguments: list[str], said: str
) -> None:
    with Launched("replay.launch.py", *arguments, log=tmp_path / "launch.log") as launch:
        assert launch.wait(60.0) != 0
    assert said in launch.text
