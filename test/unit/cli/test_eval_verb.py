import json
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.cli.main import main
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.evaluation.suites import balance

COLOUR = str(Path(__file__).parents[3] / "config" / "robot_color.yaml")
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
    assert len(found["comparisons"]["lqr"]) == 1


def test_an_interrupt_ends_it_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: Scenario) -> dict[str, Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr(balance, "run", interrupted)
    assert main(["eval", "--policy", "lqr", "--episodes", "1", "--workers", "1"]) == 130
    assert "Traceback" not in capsys.readouterr().err


SHORT = ["--terrain", "flat", "--episodes", "1", "--seconds", "0.2", "--workers", "1"]


def test_comparisons_run_the_same_seeds(tmp_path: Path) -> None:
    _, found = evaluated(
        tmp_path, *SHORT, "--policy", "default", "--baseline", "blind", "--ablate", "mask"
    )
    names = ["blind", "mask ablated", "blind, mask ablated"]
    assert list(found["comparisons"]) == names
    assert all([e["seed"] for e in found["comparisons"][name]] == [10_000] for name in names)
    cases = [row["case"] for row in found["rows"] if row["metric"] == "upright"]
    assert cases == ["flat", *(f"flat ({name})" for name in names)]
    assert "upright_lost_without_mask" in [row["metric"] for row in found["rows"]]


def test_a_report_holds_what_json_says(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    options = [*SHORT, "--policy", "lqr", "--suite", "sensors", "--case", "imu missing"]
    code, found = evaluated(tmp_path, *options, "--report", str(folder))
    assert code == 0
    assert {episode["case"] for episode in found["episodes"]} == {"imu missing"}
    assert json.loads((folder / "sensors.json").read_text()) == found
    page = folder / "sensors.md"
    assert main(["report", str(page), "--results", str(folder), "--check"]) == 0


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--suite", "sensors", "--case", "eyes*"], "no such case; there are 'all sensors 20"),
        (
            ["--policy", "lqr", "--suite", "faults", "--case", "both*nan", "--robot", COLOUR],
            "'both cameras missing'",
        ),
        (["--suite", "balance", "--case", "x"], "the suite balance has no cases; leave it out"),
        (["--policy", "lqr", "--ablate", "mask"], "lqr is no policy file"),
    ],
)
def test_misuse_is_refused(
    options: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["eval", *SHORT, *options])
    assert text in capsys.readouterr().err


def test_episodes_that_were_kept_are_not_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [*SHORT, "--policy", "lqr", "--keep", str(tmp_path / "kept.jsonl")]
    _, first = evaluated(tmp_path, *options)
    run: list[int] = []

    def counted(scenario: Scenario, inner: Any = balance.run) -> dict[str, Any]:
        run.append(scenario.seed)
        return dict(inner(scenario))

    monkeypatch.setattr(balance, "run", counted)
    _, again = evaluated(tmp_path, *options)
    assert (run, again["rows"]) == ([], first["rows"])
    _, more = evaluated(tmp_path, *options, "--episodes", "3")
    assert run == [10_001, 10_002]
    assert more["episodes"][0] == first["episodes"][0]
    assert len(more["episodes"]) == 3
