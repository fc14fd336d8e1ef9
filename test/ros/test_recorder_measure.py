"""What recording costs is measured on a real graph: that it works, not how fast this machine is."""

import json
from math import isfinite
from pathlib import Path

from ballbot_fusion.cli.main import main


def test_share_losses_and_rates_are_told(ros_domain_id: int, tmp_path: Path) -> None:
    path, logs = tmp_path / "recorder.json", tmp_path / "logs"
    given = ["measure", "recorder", "--seconds", "2", "--logs", str(logs), "--json", str(path)]
    main(given)  # 1 where a busy machine misses a goal
    values = {row["metric"]: row["value"] for row in json.loads(path.read_text())["rows"]}
    assert {"lost_messages", "core_share", "mb_per_s", "imu/data_hz", "joint_states_hz"} < {*values}
    assert all(isfinite(value) for value in values.values())
    assert values["core_share"] > 0.0
    assert values["camera_0/depth/image_rect_raw_hz"] > 0.0
    assert not list(logs.glob("*_recordings")), "gigabytes are not left behind"
