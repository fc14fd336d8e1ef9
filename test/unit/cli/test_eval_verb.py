import json
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.cli.main import main
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.evaluation.suites import balance

ROW = {"case", "metric", "n", "value", "low", "high", "goal", "met"}


def evaluated(path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    code = main(["eval", *options, "--json", str(path / "out.json")])
    return code, json.loads((path / "out.json").read_text())


def test_two_episodes_of_balance(tmp_path: Path) -> None:
    options = ["--terrain", "flat", "--episodes", "2", "--seconds", "0.5", "--policy", "lqr"]
    code, found = evaluated(tmp_path, *options, "--workers", "1")
    assert code == 0
    assert (found["suite"], found["policy"], found["seed"]) == ("balance", "lqr", 10_000)
    assert all(set(row) == ROW for row in found["rows"])
    upright = next(row for row in found["rows"] if row["metric"] == "upright")
    assert (upright["case"], upright["n"], upright["value"]) == ("flat", 2, 1.0)
    assert (upright["goal"], upright["met"]) == (1.0, True)
    assert upright["low"] == pytest.approx(0.3424, abs=1e-4)  # Wilson, 2 of 2
    assert [episode["seed"] for episode in found["episodes"]] == [10_000, 10_001]
    assert {"command", "revision", "versions"} <= set(found["provenance"])


def test_a_missed_goal_fails_and_the_baseline_has_none(tmp_path: Path, contrary: Path) -> None:
    code, found = evaluated(
        tmp_path, "--terrain", "flat", "--episodes", "1", "--seconds", "3", "--workers", "1",
        "--policy", str(contrary), "--baseline", "lqr",
    )  # fmt: skip
    assert code == 1
    rows = {(row["case"], row["metric"]): row for row in found["rows"]}
    assert rows["flat", "upright"]["value"] == 0.0
    assert rows["flat", "upright"]["met"] is False
    assert rows["flat (lqr)", "upright"]["value"] == 1.0
    assert rows["flat (lqr)", "upright"]["goal"] is None
    assert len(found["policy_sha256"]) == 64
    assert len(found["baseline_episodes"]) == 1


def test_an_interrupt_ends_it_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: Scenario) -> dict[str, Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr(balance, "run", interrupted)
    assert main(["eval", "--policy", "lqr", "--episodes", "1", "--workers", "1"]) == 130
    assert "Traceback" not in capsys.readouterr().err
