"""The campaign's stages through the graph, without one: what is planned, how it is judged."""

import os
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.cli.campaign_verb import GRAPH
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reactions import LATCHES, POLICY_REACTIONS
from ballbot_fusion.core.reactions.computer import COMPUTER_REACTIONS
from ballbot_fusion.evaluation.campaign.live_words import launch_arguments
from ballbot_fusion.evaluation.suites.fault_cases import CASES, HEALTHY
from ballbot_fusion.operation.campaign import (
    GRAPH_STAGES,
    load_graph_stage,
    lockstep,
    real_time,
    upset_policy,
    upset_stops,
)
from ballbot_fusion.operation.campaign.graph_figures import figures
from ballbot_fusion.operation.campaign.upset import CannotBeDoneError, Upset, done
from ballbot_fusion.operation.campaign.upset_network import lossy
from ballbot_fusion.operation.campaign.upsets import UPSETS
from ballbot_fusion.operation.hogs import hogs

POLICY = "default"


def test_the_verb_knows_every_stage() -> None:
    assert tuple(GRAPH) == GRAPH_STAGES
    for name in GRAPH_STAGES:
        assert load_graph_stage(name).scenarios(POLICY, 0)
    with pytest.raises(ValueError, match="No stage 'cases' of the graph; write one of lockstep"):
        load_graph_stage("cases")


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (HEALTHY, ()),
        ("camera_0 missing for ever", ("faults:=camera_0 missing after 3",)),
        ("encoders late 20 for 2 s", ("faults:=encoders late size 20 after 3 for 2",)),
        ("both cameras never", ("faults:=camera_0 never; camera_1 never",)),
        (
            "policy nan 0.1 for 1 s",
            ("faults:=policy nan size 0.1 after 3 for 1", "policy_faults:=true"),
        ),
    ],
)
def test_faults_in_the_words_of_the_launch(case: str, words: tuple[str, ...]) -> None:
    assert launch_arguments(CASES[case].faults, CASES[case].policy_faults) == words


def test_lockstep_has_every_case_that_shows_in_ten_seconds_thrice() -> None:
    found = lockstep.scenarios(POLICY, 5)
    names = [scenario.case for scenario in found]
    assert all(names.count(name) == 3 for name in names)
    assert {scenario.seed for scenario in found} == {5, 6, 7}
    left_out = [case for name, case in CASES.items() if name not in names]
    assert all(
        (case.policy and case.policy.kind == "late")
        or any(row.source.name == "MOTORS" or row.faults_within_s > 6.0 for row in case.parts)
        for case in left_out
    )
    assert all(
        scenario.faults or scenario.policy_faults for scenario in found if scenario.case != HEALTHY
    )
    assert any(CASES[name].does in LATCHES for name in names)


FELL = {"fell": True, "policy_share": 0.4}


@pytest.mark.parametrize(
    ("case", "summary", "kept"),
    [
        ("camera_0 black for ever", {}, True),
        ("camera_0 black for ever", {"fell": True}, False),
        ("camera_0 black for ever", {"policy_share": 0.9}, False),
        ("camera_0 black for ever", {"faults_spoilt": {"camera_0 black after 3": 0}}, False),
        ("camera_0 black for ever", {"faults_spoilt": {}}, False),
        (HEALTHY, {"faults_spoilt": {}}, True),
        ("camera_0 black for ever", {"safety": "FALLBACK"}, False),
        ("imu missing for ever", {**FELL, "safety": "FAULT"}, True),
        ("imu missing for ever", {**FELL, "safety": "ARMED"}, False),
        ("imu missing for ever", {**FELL, "safety": None}, False),
        ("encoders missing for 2 s", {**FELL, "safety": "FAULT"}, False),
        ("encoders frozen for 2 s", {**FELL, "safety": "FAULT"}, True),
        ("policy nan 1 for 1 s", {"policy_share": 0.8}, True),
        ("policy nan 1 for 1 s", {}, False),
        ("policy nan 1 for 1 s", {"policy_share": 0.8, "safety": "FALLBACK"}, False),
        ("policy nan 1 for ever", {"policy_share": 0.4, "safety": "FALLBACK"}, True),
        ("policy nan 1 for ever", {"policy_share": 0.4}, False),
        ("policy silent for 0.01 s", {}, True),
        ("policy silent for 0.01 s", {"policy_share": 0.9}, False),
        ("policy saturated for 1 s", {**FELL, "safety": "FAULT"}, True),
    ],
)
def test_a_lockstep_run_is_held_to_the_table(
    case: str, summary: dict[str, Any], kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[str, ...]] = []

    def launched(setting: object, name: str, seconds: float, *arguments: str) -> dict[str, Any]:
        given.append(arguments)
        usual = {"fell": False, "policy_share": 1.0, "safety": "ARMED", "max_tilt_deg": 2.0,
                 "faults_spoilt": {"one": 7}}  # fmt: skip
        return {**usual, "trajectory_sha256": "ab", **summary}

    monkeypatch.setattr(lockstep, "launched_summary", launched)
    (scenario,) = [s for s in lockstep.scenarios(POLICY, 0) if s.case == case and s.seed == 1]
    found = lockstep.run(scenario, tmp_path)
    assert found["kept"] is kept
    told = launch_arguments(CASES[case].faults, CASES[case].policy_faults)
    assert given == [("mode:=lockstep", "terrain:=rough", "seed:=1", *told)]


GOOD = {"upright": True, "mode": "ARMED", "replaced": False, "takeover_s": 0.02, "zero_s": 0.015}
FAULT = {"mode": "FAULT", "upright": False}


@pytest.mark.parametrize(
    ("name", "run", "kept"),
    [
        ("inference killed", {}, True),
        ("inference killed", {"takeover_s": 0.04}, False),
        ("inference killed", {"takeover_s": None}, False),
        ("inference killed", {"upright": False}, False),
        ("inference killed", {"mode": "FALLBACK"}, False),
        ("inference killed", {"mode": "FAULT"}, False),
        ("all cores busy for 5 s", {"takeover_s": None}, True),
        ("all cores busy for 5 s", {"takeover_s": None, "upright": False}, False),
        ("inference killed, emergency stop", FAULT, True),
        ("inference killed, emergency stop", {**FAULT, "zero_s": 0.03}, False),
        ("inference killed, emergency stop", {**FAULT, "zero_s": None}, False),
        ("inference killed, emergency stop", {}, False),
        ("safety killed", {"mode": "DISARMED", "upright": False, "zero_s": 0.046}, True),
        ("safety killed", {"mode": "ARMED", "upright": False, "zero_s": 0.046}, False),
        ("recorder killed, emergency stop", FAULT, True),
        ("recorder killed, emergency stop", {}, False),
        ("policy nan 1 for 1 s", {}, True),
        ("policy nan 1 for 1 s", {"takeover_s": 0.04}, False),
        ("policy nan 1 for ever", {"mode": "FALLBACK"}, True),
        ("policy nan 1 for ever", {}, False),
        ("policy late 5 for 1 s", {"takeover_s": None}, True),
        ("policy late 5 for 1 s", {"takeover_s": None, "replaced": True}, False),
        ("policy saturated for 1 s", FAULT, True),
    ],
)
def test_runs_in_real_time_are_held_to_what_is_documented(
    name: str, run: dict[str, Any], kept: bool
) -> None:
    assert real_time.judged(real_time.ROWS[name], {**GOOD, **run}) is kept


def test_a_robot_that_fell_while_the_clock_was_late_does_not_count() -> None:
    """It lies there for long, and the clock is in time again."""
    row = real_time.ROWS["policy exchanged while driving"]
    assert real_time.held_factor(row, [0.99, 0.97, 0.995]) < real_time.LEAST_FACTOR
    assert real_time.held_factor(row, [0.99, 0.985, 0.995]) >= real_time.LEAST_FACTOR


def test_a_clock_that_stops_with_the_robot_is_judged_by_the_drive_before() -> None:
    row = real_time.ROWS["inference killed, emergency stop"]
    assert real_time.held_factor(row, [0.99, 0.4, 0.3]) == 0.99


@pytest.mark.parametrize(
    ("safety_s", "driver_s", "first_s"),
    [(0.066, 1.02, 0.066), (None, 0.04, 0.04), (0.02, None, 0.02), (None, None, None)],
)
def test_motors_are_at_zero_when_they_are_first_told(
    safety_s: float | None, driver_s: float | None, first_s: float | None
) -> None:
    assert real_time.first_zero_s(safety_s, driver_s) == first_s


def test_all_that_is_promised_is_done_in_real_time() -> None:
    rows = (*COMPUTER_REACTIONS, *upset_policy.ROWS, *upset_stops.ROWS)
    assert set(UPSETS) == set(real_time.ROWS) == {row.name for row in rows}
    assert len(rows) == len(UPSETS)
    done_to_processes = len(POLICY_REACTIONS) - len(upset_policy.ROWS)
    assert done_to_processes == 4, "killed and hung, for a second and for ever"


def test_whatever_is_survived_has_an_emergency_stop_in_the_middle() -> None:
    survived = {row.name for row in COMPUTER_REACTIONS if row.ends is Mode.ARMED}
    assert upset_stops.OTHERWISE.keys() <= survived
    stopped = {row.name.removesuffix(", emergency stop") for row in upset_stops.ROWS}
    assert stopped == survived - upset_stops.OTHERWISE.keys()


def test_what_cannot_be_done_here_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: Path) -> Any:
        raise CannotBeDoneError("nobody may")

    monkeypatch.setitem(UPSETS, "recorder killed", Upset(lambda live: None, refuses))
    scenario = next(s for s in real_time.scenarios(POLICY, 0) if s.case == "recorder killed")
    found = real_time.run(scenario, tmp_path)
    assert (found["counted"], found["kept"], found["not_done"]) == (False, False, "nobody may")


def run(case: str, **values: Any) -> dict[str, Any]:
    usual = {"counted": True, "upright": True, "kept": True, "takeover_s": 0.02, "tilt_deg": 2.0,
             "zero_s": None}  # fmt: skip
    return {"case": case, **usual, **values}


def test_runs_that_do_not_count_prove_nothing() -> None:
    slow = run("a", counted=False, upright=False, kept=False, tilt_deg=60.0, takeover_s=0.5)
    first, second = figures([run("a"), slow, run("a", takeover_s=0.03), {**slow, "case": "b"}])
    assert (first["n"], first["counted"], first["upright"], first["met"]) == (3, 2, 1.0, True)
    assert (first["takeover_s"], first["tilt_deg"]) == (0.03, 2.0)
    assert (second["n"], second["counted"], second["upright"], second["met"]) == (1, 0, None, False)


def children() -> set[int]:
    found = set()
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(after_name[1]) == os.getpid():
            found.add(int(entry.parent.name))
    return found


def test_hogs_end_with_their_block() -> None:
    before = children()
    with hogs(2):
        assert len(children() - before) == 2
    assert children() <= before


@pytest.mark.parametrize("percent", [1, 30])
def test_a_lossy_network_loses_its_share(percent: int) -> None:
    assert f"random mod 100 < {percent} counter drop\n" in lossy(percent)


def test_programs_that_are_missing_or_refuse_are_named() -> None:
    with pytest.raises(CannotBeDoneError, match=r"^no_such_program: No such file"):
        done(("no_such_program",))
    with pytest.raises(CannotBeDoneError, match=r"^sh -c .*: not today$"):
        done(("sh", "-c", "echo not today >&2; exit 1"))
