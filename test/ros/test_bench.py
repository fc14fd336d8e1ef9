"""Benches of the middleware in their quick form, in a real graph: that they work, nothing more."""

import json
from math import isfinite
from pathlib import Path
from typing import Any

from ballbot_fusion.cli.main import main


def measured(name: str, folder: Path) -> dict[str, Any]:
    path = folder / f"{name}.json"
    given = ["bench", name, "--quick", "--json", str(path), "--logs", str(folder / "logs")]
    assert main(given) == 0
    found: dict[str, Any] = json.loads(path.read_text())
    assert all(isfinite(row["value"]) for row in found["rows"])
    return found


def test_latency_of_graph_floor_and_usual_way(ros_domain_id: int, tmp_path: Path) -> None:
    # A folder that is kept holds files of earlier runs, which must not be read as this one's.
    earlier = tmp_path / "logs" / "latency" / "7_graph_64x64_200_Hz"
    earlier.mkdir(parents=True)
    (earlier / "driver.log").write_text("scheduling: of an earlier run\n")
    found = measured("latency", tmp_path)
    assert not earlier.exists()
    assert not any("earlier run" in remark for remark in found["remarks"])
    values = {(row["case"], row["metric"]): row["value"] for row in found["rows"]}
    for who in ("graph, 64x64, 200 Hz", "floor, 64x64, 200 Hz", "usual way, 64x64"):
        assert 0.0 < values[who, "p50_ms"] <= values[who, "p99.9_ms"]
        assert values[who, "information_age_ms"] > 0.0
    assert values["graph, 64x64, 200 Hz", "by_policy_%"] > 0.0
    assert ("graph, 64x64, 200 Hz", "cpu_inference_and_safety_%") in values
    assert ("usual way, 64x64", "age_camera_0_ms") in values
    assert ("64x64, 200 Hz", "usual_over_graph_information_age") in values
    assert set(found["latencies_ms"]) >= {"graph, 64x64, 200 Hz", "floor, unloaded"}
    assert all(len(c) == len(found["percentiles"]) for c in found["latencies_ms"].values())


def test_periods_of_the_control_loop(ros_domain_id: int, tmp_path: Path) -> None:
    found = measured("tick", tmp_path)
    values = {row["metric"]: row["value"] for row in found["rows"]}
    assert {row["case"] for row in found["rows"]} == {"idle, 200 Hz, normal"}
    assert values["ticks_per_s"] > 0.0
    assert values["error_p50_ms"] <= values["error_p99_ms"] <= values["error_max_ms"]
