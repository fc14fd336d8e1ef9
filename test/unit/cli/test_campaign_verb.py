import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ballbot_fusion.cli import campaign_drives, campaign_verb
from ballbot_fusion.cli.main import main
from ballbot_fusion.evaluation.campaign import drives
from ballbot_fusion.evaluation.campaign.drives import Drive
from ballbot_fusion.evaluation.scenario import Scenario
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
        (("--soak", "1", "--only", "", "--short"), "leave out --only, --short"),
        (("--soak", "1", "--seeds", "3", "--seconds", "9"), "leave out --seeds, --seconds"),
        (("--soak", "1", "--logs", "said"), "leave out --logs"),
        (("--soak", "1", "--graph", "--policy", "lqr"), "the graph runs policy files only"),
        (("--stage", "lockstep", "--robot", "my_robot.yaml"), "leave out --robot"),
        (("--short", "--seeds", "2"), "leave out --seeds"),
    ],
    ids=["soak", "soak of nothing", "soak of seeds", "soak logs", "soak of lqr", "graph", "short"],
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


class Graph:
    """A stage of the graph with three runs; what it launches here is a list."""

    def __init__(self) -> None:
        self.launched: list[str] = []
        self.time_s = 0.0
        self.broken: set[str] = set()
        self.slow: set[str] = set()

    def scenarios(self, policy: str, seed: int) -> list[Scenario]:
        return [Scenario(policy, seed=seed, case=f"case {n}") for n in range(3)]

    def run(self, scenario: Scenario, folder: Path) -> dict[str, Any]:
        self.launched.append(scenario.case)
        self.time_s += 40.0
        if scenario.case in self.broken:
            raise RuntimeError("Nobody steered it.")
        counted = scenario.case not in self.slow
        return {
            "case": scenario.case, "terrain": "flat", "seed": scenario.seed, "counted": counted,
        }  # fmt: skip

    def figures(self, episodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"case": entry["case"]} for entry in episodes]


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> Graph:
    found = Graph()
    monkeypatch.setattr("ballbot_fusion.operation.campaign.load_graph_stage", lambda _: found)
    monkeypatch.setattr(campaign_drives, "time", SimpleNamespace(monotonic=lambda: found.time_s))
    return found


def through(path: Path, *options: str) -> list[str]:
    """Run the stage through the graph; return the cases of which there are figures."""
    target = path / "out.json"
    main(["campaign", "--stage", "lockstep", *options, "--json", str(target)])
    entries = json.loads(target.read_text())["stages"].get("lockstep", [])
    return [entry["case"] for entry in entries]


@pytest.mark.parametrize(("minutes", "launched"), [(0.0, 0), (0.5, 1), (1.0, 2), (3.0, 3)])
def test_when_the_time_is_up_nothing_more_is_launched(
    minutes: float, launched: int, graph: Graph, tmp_path: Path
) -> None:
    options = ("--minutes", str(minutes), "--keep", str(tmp_path / "kept.jsonl"))
    assert through(tmp_path, *options) == graph.launched
    assert len(graph.launched) == launched
    # Known ones count, without any time.
    graph.time_s = 0.0
    assert through(tmp_path, *options[2:], "--minutes", "0") == graph.launched
    assert len(graph.launched) == launched


def test_time_that_other_stages_took_is_up_for_the_graph(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(drive: Drive) -> dict[str, Any]:
        graph.time_s += 100.0
        return {"case": drive.scenario.case, "terrain": "flat", "seed": 0, "success": True}

    monkeypatch.setattr(drives, "driven", slow)
    monkeypatch.setattr(campaign_drives, "figures_of", lambda _: {})
    monkeypatch.setattr(campaign_drives, "rows_of", lambda *_: [])
    options = ("--stage", "courses", "--seeds", "1", "--workers", "1", "--minutes", "1")
    assert through(tmp_path, *options) == graph.launched == []


def test_what_was_launched_counts_where_nothing_is_kept(graph: Graph, tmp_path: Path) -> None:
    assert through(tmp_path) == graph.launched == ["case 0", "case 1", "case 2"]


@pytest.mark.parametrize("fails", ["broken", "slow"])
def test_what_was_not_driven_or_did_not_count_is_tried_again(
    fails: str, graph: Graph, tmp_path: Path
) -> None:
    """And it ends no campaign of hours."""
    options = ("--keep", str(tmp_path / "kept.jsonl"))
    getattr(graph, fails).add("case 1")
    through(tmp_path, *options)
    assert graph.launched == ["case 0", "case 1", "case 2"]
    getattr(graph, fails).clear()
    assert through(tmp_path, *options) == ["case 0", "case 1", "case 2"]
    assert graph.launched[3:] == ["case 1"]
    through(tmp_path, *options)
    assert len(graph.launched) == 4
