"""The real graph recorded under two faults, and what its recordings prove, by one command.

`ballbot measure replay` is the long form; docs/results/replay.json has what it found.
"""

import json
from pathlib import Path

from ballbot_fusion.cli.main import main


def test_two_recordings_are_proven_and_not_made_again(ros_domain_id: int, tmp_path: Path) -> None:
    path, kept = tmp_path / "replay.json", tmp_path / "kept.jsonl"
    given = [
        "measure", "replay", "--seconds", "2.5", "--keep", str(kept), "--json", str(path),
        "--logs", str(tmp_path / "logs"),
    ]  # fmt: skip
    assert main([*given, "--only", "camera_0 nan"]) == 0
    assert main([*given, "--only", "camera_0 n[ae]*"]) == 0
    found = json.loads(path.read_text())
    assert [run["case"] for run in found["runs"]] == ["camera_0 nan", "camera_0 never"]
    for run in found["runs"]:
        assert run["identical"] == run["ticks"] > 2.5 * 200
        assert run["stripped_same"]
        assert run["flipped_bit_told"]
        assert run["took_effect"]
        assert run["whole"]
        assert run["masked_ticks"] > 100
    assert all(row["met"] is not False for row in found["rows"])
    assert len(kept.read_text().splitlines()) == 2
    assert not list((tmp_path / "logs").glob("*_recordings")), "kept only where a tick differs"
