import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.core.reactions import LATCHES, Does
from ballbot_fusion.evaluation.kept import KeptError
from ballbot_fusion.evaluation.scenario import LQR
from ballbot_fusion.evaluation.soak.chance import BETWEEN_S, FIRST_S, faults_of, survivable
from ballbot_fusion.evaluation.soak.growth import WATCHED
from ballbot_fusion.evaluation.soak.leg import SimulatedSoak
from ballbot_fusion.evaluation.soak.soak import Legs, go_on, outcome
from ballbot_fusion.simulation.faults import ALWAYS, FaultLine
from ballbot_fusion.simulation.settings import SimulationSettings

PLAN = SimulatedSoak(LQR, 1, 2.5, leg_s=1.0, sample_s=0.05, warm_s=0.0, cameras=False)


def test_faults_of_a_leg_are_survivable_end_and_leave_time_between_them() -> None:
    faults = faults_of(1, 0, 300.0)
    FaultLine(faults, SimulationSettings(), 1)
    assert len(faults) > 15
    assert all(fault.stop_s != ALWAYS for fault in faults)
    starts = sorted({fault.start_s for fault in faults})
    assert starts[0] == FIRST_S
    for begin, following in pairwise(starts):
        end = max(fault.stop_s for fault in faults if fault.start_s == begin)
        assert BETWEEN_S[0] <= following - end <= BETWEEN_S[1]
    ends = {*LATCHES, Does.MAY_FALL}
    assert not any(row.does in ends for case in survivable() for row in case.parts)


def test_faults_follow_from_seed_and_leg() -> None:
    assert faults_of(1, 0, 60.0) == faults_of(1, 0, 60.0)
    assert faults_of(1, 0, 60.0) != faults_of(1, 1, 60.0)
    assert faults_of(1, 0, 60.0) != faults_of(2, 0, 60.0)


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A soak that was interrupted after its first leg, and while it wrote the second."""
    path = tmp_path_factory.mktemp("soak") / "soak.jsonl"
    go_on(replace(PLAN, seconds=0.5), Legs(path, PLAN, None), lambda _: None)
    with path.open("a") as file:
        file.write('{"key": ')
    return path


def test_it_goes_on_and_says_what_grew(driven: Path) -> None:
    told: list[float] = []
    legs = Legs(driven, PLAN, None)
    assert (len(legs.found), legs.process) == (1, 2)
    go_on(PLAN, legs, told.append)
    assert [leg["leg"] for leg in legs.found] == [0, 1]
    assert [leg["process"] for leg in legs.found] == [1, 2]
    assert told[-1] == legs.simulated_s >= PLAN.seconds
    assert told == sorted(told)
    assert len(told) == 1 + len(legs.found[1]["samples"])
    found = json.loads(json.dumps(outcome(PLAN, legs.found)))
    assert (found["legs"], found["processes"], found["bad_commands"]) == (2, 2, 0)
    assert [entry["what"] for entry in found["growth"]] == [watched.what for watched in WATCHED]
    by_name = {entry["what"]: entry for entry in found["growth"]}
    assert by_name["threads"]["first"] >= 1.0
    assert 0.0 < by_name["processor time of a tick"]["first"] < 50.0
    assert found["samples"] >= 40


@pytest.mark.parametrize(
    ("change", "sha256"), [({"seed": 2}, None), ({"leg_s": 2.0}, None), ({}, "ab")]
)
def test_another_soak_is_not_gone_on_with(
    driven: Path, change: dict[str, Any], sha256: str | None
) -> None:
    with pytest.raises(KeptError, match=r"line 1 is of another soak.*--keep"):
        Legs(driven, replace(PLAN, **change), sha256)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "soak.jsonl"
    path.write_text("[1]\n")
    with pytest.raises(KeptError, match="line 1 is no leg"):
        Legs(path, PLAN, None)


def leg(**values: Any) -> dict[str, Any]:
    many = [
        {"at_s": 10.0 * n, "memory_mib": 300.0, "threads": 3, "handles": 9, "tick_ms": 0.5}
        for n in range(1, 40)
    ]
    usual = {
        "leg": 0, "process": 1, "simulated_s": 400.0, "samples": many, "faults": 30, "fell": False,
        "without_effect": 0, "bad_commands": 0, "policy_share": 1.0,
    }  # fmt: skip
    return {**usual, **values}


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({}, True),
        ({"fell": True}, False),
        ({"fell": True, "faults": 100}, True),
        ({"bad_commands": 1}, False),
        ({"samples": []}, False),
        ({"faults": 0}, False),
        ({"without_effect": 1}, False),
    ],
)
def test_verdicts(values: dict[str, Any], kept: bool) -> None:
    assert outcome(SimulatedSoak(LQR, 1, 400.0), [leg(**values)])["kept"] is kept
