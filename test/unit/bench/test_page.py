"""The page of the benches says what result files say."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.bench.page import BEGIN, END, with_benches
from ballbot_fusion.cli.main import main
from ballbot_fusion.evaluation.results import quantile, report

ROOT = Path(__file__).parents[3]
CASES = ("graph, 64x64, 200 Hz", "floor, 64x64, 200 Hz", "floor, unloaded", "usual way, 64x64")


def result(**changes: Any) -> dict[str, Any]:
    rows = [
        quantile("64x64, 200 Hz", "graph_over_floor_p50", [1.1, 1.2, 1.5], goal=1.3),
        *(quantile(case, "p50_ms", [1.0, 2.0]) for case in CASES),
        quantile(CASES[0], "cpu_safety_%", [12.5]),
    ]
    made = report(
        "bench_latency", "concat", 0, rows,
        repeats=3, quick=False, policy_sha256="0" * 64, remarks=["Nobody else was there."],
        provenance={
            "command": "ballbot bench latency", "revision": "0123", "date": "2026-01-01",
            "python": "3.11", "versions": {"numpy": "2"},
        },
        machine={
            "processor": "P", "cores": 2, "system": "Linux", "others_before_%": 0.4, "busy": False,
            "taken_%": 0.0,
        },
        percentiles=[1.0, 50.0, 99.0], latencies_ms={case: [1.0, 2.0, 3.0] for case in CASES},
    )  # fmt: skip
    return {**made, **changes}


def page() -> str:
    return f"By hand.\n{BEGIN.format(name='latency')}\n{END.format(name='latency')}\n"


def test_a_block_has_origin_goals_tables_pictures_and_remarks() -> None:
    text = with_benches(page(), {"latency": result()}, Path("p"))
    assert "`ballbot bench latency`, 3 repeats, revision 0123" in text
    assert "| 64x64, 200 Hz | graph_over_floor_p50 | 3 | 1.2 | 1.1 to 1.5 | 1.3 | yes |" in text
    assert "|  | p50_ms | cpu_safety_% |" in text
    assert "| graph, 64x64, 200 Hz | 1.5 | 12.5 |" in text
    assert "| floor, unloaded | 1.5 |" in text
    assert "](p/latency_64x64.png)" in text
    assert "* Nobody else was there." in text
    assert "busy" not in text


def test_a_busy_machine_and_a_greedy_host_are_not_hidden() -> None:
    busy = deepcopy(result())
    busy["machine"].update({"busy": True, "others_before_%": 70.0, "taken_%": 8.0})
    text = with_benches(page(), {"latency": busy}, Path("p"))
    assert "**busy with other things, which" in text
    assert "kept 8.0 % of the processors" in text


def test_quick_and_missing_results_are_refused() -> None:
    with pytest.raises(ValueError, match="--quick"):
        with_benches(page(), {"latency": result(quick=True)}, Path("p"))
    with pytest.raises(ValueError, match="There is no bench_latency"):
        with_benches(page(), {}, Path("p"))


def test_the_page_is_filled_then_current_and_a_lacking_picture_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "speed.md"
    path.write_text(page())
    (tmp_path / "bench_latency.json").write_text(json.dumps(result()))
    given = ["report", str(path), "--results", str(tmp_path)]
    assert main([*given, "--check"]) == 1
    assert main(given) == 0
    assert main([*given, "--check"]) == 0
    (tmp_path / "speed" / "latency_64x64.png").unlink()
    assert main([*given, "--check"]) == 1


def test_the_committed_page_says_what_the_committed_files_say() -> None:
    """`ballbot report docs/performance.md` makes it so."""
    path = ROOT / "docs" / "performance.md"
    results = str(ROOT / "docs" / "results")
    assert main(["report", str(path), "--results", results, "--check"]) == 0
