from collections.abc import Sequence
from dataclasses import replace
from math import isinf
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.evaluation.campaign import blackouts, cases, courses, drives
from ballbot_fusion.evaluation.campaign.drives import (
    Drive,
    Memory,
    Plan,
    TimeIsUp,
    drive_all,
    known,
)
from ballbot_fusion.evaluation.campaign.short import kind_of
from ballbot_fusion.evaluation.campaign.stages import STAGES, load_stage
from ballbot_fusion.evaluation.scenario import LQR
from ballbot_fusion.evaluation.suites import faults
from ballbot_fusion.evaluation.suites.fault_cases import CASES, HEALTHY
from ballbot_fusion.simulation.faults import FaultLine
from ballbot_fusion.simulation.settings import SimulationSettings

SEEDS = range(10_000, 10_003)


def plan(seeds: Sequence[int] = SEEDS, **more: Any) -> Plan:
    return Plan(LQR, seeds, 60.0, RobotConfig(), **more)


def names(found: Sequence[Drive], stage: str, terrain: str) -> list[str]:
    own = [drive.scenario for drive in found if drive.stage == stage]
    return [scenario.case for scenario in own if scenario.terrain == terrain]


def test_every_case_of_the_table_is_driven_beside_a_control() -> None:
    found = plan(SEEDS[:1]).drives(["cases"])
    assert set(names(found, "cases", "rough")) == set(CASES)
    flat = names(found, "cases", "flat")
    assert HEALTHY in flat
    lasting = [case for case in CASES.values() if case.of_cameras]
    lasting = [case for case in lasting if all(isinf(row.lasts_s) for row in case.parts)]
    assert set(flat) == {case.name for case in lasting}
    assert len(flat) > 20
    on_courses = {s.case for s in courses.scenarios(LQR, SEEDS, 60.0)}
    assert on_courses == {case.name for case in CASES.values() if case.of_cameras}


def test_what_fails_is_what_the_suite_plans() -> None:
    suite = {s.case: s for s in faults.scenarios(LQR, ["rough"], SEEDS[:1], 60.0)}
    for scenario in cases.scenarios(LQR, SEEDS[:1], 60.0):
        planned = replace(suite[scenario.case], terrain=scenario.terrain)
        assert replace(scenario, orders=planned.orders) == planned


def test_it_drives_as_fast_as_it_says_and_not_the_same_with_every_seed() -> None:
    speeds = [cases.speed_of(seed) for seed in range(50)]
    assert min(speeds) >= 0.3
    assert max(speeds) <= 0.5
    assert len(set(speeds)) == 50
    scenario = cases.scenarios(LQR, [7], 60.0)[0]
    assert scenario.orders[0].velocity[0] == speeds[7]


def test_an_interrupted_campaign_has_something_of_every_stage() -> None:
    found = plan().drives(list(STAGES))
    first = found[: len(found) // len(SEEDS)]
    assert {drive.stage for drive in first} == set(STAGES)
    assert {drive.scenario.seed for drive in first} == {SEEDS[0]}
    begun = found[: len(found) // 20]
    assert {drive.stage for drive in begun} == set(STAGES)


def test_the_same_drive_is_not_planned_twice() -> None:
    found = plan().drives(list(STAGES))
    assert len(set(found)) == len(found)


def test_every_blackout_can_be_planned() -> None:
    for scenario in blackouts.scenarios(LQR, [3], 60.0):
        FaultLine(scenario.faults, SimulationSettings(), 3)
        assert scenario.seconds == pytest.approx(scenario.faults[0].stop_s + 3.0)


def test_only_chooses_cases_by_name() -> None:
    found = plan(only="both cameras*").drives(["cases", "courses"])
    asked = {drive.scenario.case for drive in found}
    assert {name.split()[0] for name in asked - {HEALTHY}} == {"both"}
    assert HEALTHY in asked
    assert {drive.stage for drive in found} == {"cases", "courses"}
    assert plan(only="eyes*").drives(list(STAGES)) == []


def test_the_short_campaign_has_every_kind_of_reaction_and_is_short() -> None:
    found = plan(short=True).drives(list(STAGES))
    driven = [CASES[d.scenario.case] for d in found if d.stage == "cases"]
    kinds = [kind_of(case) for case in driven]
    assert len(set(kinds)) == len(kinds)
    assert {row.source for case in driven for row in case.parts} >= {
        row.source for case in CASES.values() for row in case.parts if "1" not in row.source.name
    }
    seconds = sum(drive.scenario.seconds for drive in found)
    assert seconds <= sum(load_stage(name).SHORT_S for name in STAGES)
    assert {drive.stage for drive in found} == {"cases", "courses", "blackouts", "stops"}


def test_it_goes_on_where_it_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Drive] = []

    def driven(drive: Drive) -> dict[str, Any]:
        return {"case": drive.scenario.case, "seed": drive.scenario.seed}

    def until_three(drive: Drive) -> None:
        told.append(drive)
        if len(told) == 3:
            raise TimeIsUp

    monkeypatch.setattr(drives, "driven", driven)
    wanted = plan(SEEDS[:2]).drives(["courses"])[:5]
    path = tmp_path / "kept.jsonl"
    first = drive_all(wanted, Memory(path, None, "r1"), 1, until_three)
    assert [drive for drive, _ in first] == wanted[:3] == told
    memory = Memory(path, None, "r2")
    assert known(wanted, memory) == first
    assert memory.revisions == {"r1"}
    whole = drive_all(wanted, memory, 1, told.append)
    assert told == wanted
    assert [result for _, result in whole] == [driven(drive) for drive in wanted]
    assert memory.revisions == {"r1", "r2"}
