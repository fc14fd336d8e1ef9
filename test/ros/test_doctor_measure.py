"""The measure of false alarms works, however busy this machine is."""

import json
from pathlib import Path

from ballbot_fusion.cli.main import main

BUSY = {"processor of computer", "ticks of inference"}
"""What fails where others leave the processor no time; both name it as what to mend."""


def test_a_visit_to_a_right_robot_is_told(ros_domain_id: int, tmp_path: Path) -> None:
    path, logs = tmp_path / "measured.json", tmp_path / "logs"
    given = ["measure", "doctor", "--seconds", "2", "--repeats", "1", "--logs", str(logs)]
    main([*given, "--json", str(path)])  # 1 where a busy machine is found to be one
    found = json.loads(path.read_text())
    (run,) = found["runs"]
    assert run["ok"] > 30
    assert set(run["failed"]) <= BUSY, run
    value = {row["metric"]: row["value"] for row in found["rows"]}
    assert value == {"no_false_alarm": float(not run["failed"]), "checks_ok": run["ok"]}
    for name in ("hardware", "robot"):
        assert "Traceback" not in (logs / f"{name}_0.log").read_text()
