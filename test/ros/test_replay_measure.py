"""The real graph recorded under two faults, and what its recordings prove, by one command.

`ballbot measure replay` is the long form; docs/results/replay.json has what it found.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.cli.main import main

SECONDS = 2.0


def measured(folder: Path, pattern: str) -> dict[str, Any]:
    path = folder / "replay.json"
    given = [
        "measure", "replay", "--only", pattern, "--seconds", str(SECONDS), "--json", str(path),
        "--keep", str(folder / "kept.jsonl"), "--logs", str(folder / "logs"),
    ]  # fmt: skip
    assert main(given) == 0
    found: dict[str, Any] = json.loads(path.read_text())
    assert all(row["met"] is not False for row in found["rows"])
    return found


@pytest.fixture(scope="module")
def folder(module_ros_domain_id: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("measured")


@pytest.fixture(scope="module")
def first(folder: Path) -> dict[str, Any]:
    return measured(folder, "camera_0 nan")


def proven(run: dict[str, Any]) -> None:
    assert run["identical"] == run["ticks"] > SECONDS * 200
    assert run["stripped_same"]
    assert run["flipped_bit_told"]
    assert run["took_effect"]
    assert run["whole"]
    assert run["masked_ticks"] > 50


def test_a_recording_under_a_fault_is_proven(first: dict[str, Any], folder: Path) -> None:
    (run,) = first["runs"]
    assert run["case"] == "camera_0 nan"
    proven(run)
    assert not list(folder.glob("logs/*_recordings")), "kept only where a tick differs"


def test_it_goes_on_with_what_lacks(first: dict[str, Any], folder: Path) -> None:
    again, new = measured(folder, "camera_0 n[ae]*")["runs"]
    assert [again] == first["runs"], "not recorded once more"
    assert new["case"] == "camera_0 never"
    proven(new)
