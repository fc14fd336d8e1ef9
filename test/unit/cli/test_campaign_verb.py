import json
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.cli import campaign_verb
from ballbot_fusion.cli.main import main
from ballbot_fusion.evaluation.suites import faults
from ballbot_fusion.evaluation.suites.fault_cases import HEALTHY


def campaign(path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    target = path / "out.json"
    code = main(["campaign", "--policy", "lqr", "--workers", "1", *options, "--json", str(target)])
    return code, json.loads(target.read_text())


def test_a_campaign_says_how_much_of_it_was_driven_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--short", "--only", "motors missing*", "--keep", str(tmp_path / "kept.jsonl")]
    code, found = campaign(tmp_path, *options)
    assert code == 0
    assert (found["suite"], found["policy"], found["seed"], found["seeds"]) == (
        "campaign", "lqr", 10_000, 1,
    )  # fmt: skip
    assert found["drives"] == {"cases": {"planned": 2, "driven": 2}}
    healthy, figure = found["stages"]["cases"]
    assert (figure["world"], figure["n"], figure["upright"], figure["met"]) == (
        "rough",
        1,
        1.0,
        True,
    )
    assert (healthy["case"], healthy["n"], figure["control"]) == (HEALTHY, 1, 1.0)
    assert figure["control_tilt_deg"] > 0.0
    assert {"command", "revision", "versions"} <= set(found["provenance"])

    monkeypatch.setattr(faults, "build", None)  # nothing can be driven any more
    assert campaign(tmp_path, *options)[1]["stages"] == found["stages"]


def test_a_pattern_that_fits_nothing_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["campaign", "--policy", "lqr", "--stage", "courses", "--only", "imu*"])
    assert "--only imu*: no such case in courses" in capsys.readouterr().err


def test_the_whole_campaign_needs_the_page_that_it_fills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="2"):
        main(["campaign", "--policy", "lqr"])
    assert f"no page {campaign_verb.PAGE}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--soak", "1", "--minutes", "0"), "leave out --minutes"),
        (("--stage", "lockstep", "--robot", "my_robot.yaml"), "leave out --robot"),
    ],
    ids=["soak", "graph"],
)
def test_what_would_be_ignored_is_refused(
    options: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def driven(*_: object) -> None:
        raise AssertionError("it was driven")

    monkeypatch.setattr("ballbot_fusion.evaluation.soak.soak.go_on", driven)
    monkeypatch.setattr("ballbot_fusion.cli.campaign_drives._driven", driven)
    monkeypatch.chdir(tmp_path)
    Path("my_robot.yaml").write_text("base: {com_height: 0.4}\n")
    with pytest.raises(SystemExit, match="2"):
        main(["campaign", *options])
    assert words in capsys.readouterr().err


def test_a_soak_of_a_second(tmp_path: Path) -> None:
    keep = str(tmp_path / "soak.jsonl")
    code, found = campaign(tmp_path, "--soak", "0.0003", "--keep", keep)
    assert (found["suite"], found["legs"], found["falls"]) == ("soak", 1, 0)
    assert found["simulated_s"] >= 1.08
    assert code == int(not found["kept"])
    again = campaign(tmp_path, "--soak", "0.0003", "--keep", keep)[1]
    assert again["growth"] == found["growth"]
