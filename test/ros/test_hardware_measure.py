"""The measure of driving beside the simulated hardware works, however busy this machine is."""

import json
from math import isfinite
from pathlib import Path

from ballbot_fusion.cli.main import main


def test_a_run_is_driven_and_told(ros_domain_id: int, tmp_path: Path) -> None:
    path, logs = tmp_path / "hardware.json", tmp_path / "logs"
    given = ["measure", "hardware", "--seconds", "5", "--repeats", "1", "--logs", str(logs)]
    main([*given, "--json", str(path)])  # 1 where a busy machine misses a goal
    found = json.loads(path.read_text())
    values = {row["metric"]: row["value"] for row in found["rows"]}
    assert {"upright", "real_time_factor", "policy_share", "speed_rmse", "max_tilt_deg"} < {*values}
    assert all(isfinite(value) for value in values.values())
    (run,) = found["runs"]
    assert run["upright_s"] > 0.0
    assert 0.0 < run["real_time_factor"] < 1.1
    for name in ("hardware", "robot"):
        assert "Traceback" not in (logs / f"{name}_0.log").read_text()
