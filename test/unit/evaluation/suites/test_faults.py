from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.reactions import (
    LATCHES,
    POLICY_REACTIONS,
    REACTIONS,
    TOGETHER,
    Does,
    Reaction,
)
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.evaluation.fault_watch import JUDGED, FaultWatch, Moment, differing, zero_from
from ballbot_fusion.evaluation.scenario import LQR, Scenario, on_robot
from ballbot_fusion.evaluation.suites import fault_cases, fault_verdict, faults
from ballbot_fusion.evaluation.suites.fault_cases import CAMERAS, CASES, HEALTHY, Case
from ballbot_fusion.simulation.faults import ALWAYS, FaultLine
from ballbot_fusion.simulation.settings import SimulationSettings

SECONDS = 12.0
FALLING = "imu missing for ever"


def test_every_row_is_driven_once_and_every_pair_and_nothing() -> None:
    found = faults.scenarios(LQR, ["flat"], [1], SECONDS)
    rows = [row.name for rows in REACTIONS.values() for row in rows]
    names = [HEALTHY, *rows, *(several.name for several in TOGETHER)]
    names += [row.name for row in POLICY_REACTIONS]
    assert [scenario.case for scenario in found] == names
    assert len(set(names)) == len(names)


def test_a_robot_with_colour_cameras_is_spared_what_means_nothing_to_them() -> None:
    planned = faults.scenarios(LQR, ["flat"], [1], SECONDS)
    assert on_robot(planned, RobotConfig()) == planned
    colour = with_cameras_for(ObservationSpec.of(["rgb_0", "rgb_1"]), RobotConfig())
    found = on_robot(planned, colour)
    assert {scenario.robot for scenario in found} == {colour}
    left_out = {s.case for s in planned} - {s.case for s in found}
    assert left_out >= {"camera_0 nan 0.1 for 2 s", "camera_1 nan 1 for ever", "both cameras nan"}
    for name in left_out:
        assert {part.kind for part in CASES[name].parts if part.source in CAMERAS} == {"nan"}


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_plans_can_be_and_end_in_time(case: Case) -> None:
    FaultLine(case.faults, SimulationSettings(), 1)
    seconds = case.seconds(SECONDS)
    assert seconds <= SECONDS
    assert bool(case.policy_faults) == (case.policy is not None)
    for entry in case.policy_faults:
        assert entry.start_s == 3.0
        assert entry.stop_s + 2.0 < seconds or entry.stop_s == ALWAYS
    for fault in case.faults:
        assert fault.start_s == (0.0 if fault.kind == "never" else 3.0)
        assert fault.stop_s + 2.0 < seconds or fault.stop_s == ALWAYS
    if case.does in LATCHES:
        assert seconds > 3.0 + max(row.faults_within_s for row in case.parts)


def soon(monkeypatch: pytest.MonkeyPatch, case: str, terrain: str = "flat") -> Scenario:
    """The scenario of a case, with everything happening soon, and without cameras."""
    monkeypatch.setattr(fault_cases, "START_S", 0.3)
    monkeypatch.setattr(fault_cases, "AFTER_S", 0.2)
    scenario = Scenario(LQR, terrain, 1, CASES[case].seconds(1.0), cameras=False)
    return replace(scenario, case=case, orders=faults.scenarios(LQR, ["flat"], [1], 1.0)[0].orders)


@pytest.mark.parametrize(
    ("case", "terrain"),
    [
        ("imu frozen for 0.06 s", "flat"),
        ("imu nan 0.1 for 2 s", "rough"),
        ("encoders joint_names for 2 s", "rough"),
        ("motors never for ever", "flat"),
        ("clock jumps 5 s back", "rough"),
        ("encoders missing, camera_1 frozen", "flat"),
        ("encoders crossed for 2 s", "flat"),
    ],
)
def test_a_drive_does_what_the_table_says(
    case: str, terrain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = faults.run(soon(monkeypatch, case, terrain))
    assert found["breaches"] == []
    assert found["success"]
    assert all(effect > 0 for effect in found["effects"])
    masked = [row for row in CASES[case].parts if row.masks]
    assert (found["detection_s"] is not None) == bool(masked)
    if masked:
        assert found["detection_s"] <= min(row.within_s for row in masked)


def test_without_an_imu_the_motors_are_at_zero_and_the_robot_falls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = faults.run(replace(soon(monkeypatch, FALLING), seconds=1.5))
    assert found["breaches"] == []
    assert found["success"]
    assert not found["upright"]
    assert found["safety"] == "FAULT"
    assert found["recovery_s"] is None
    rows = {(row.case, row.metric): row for row in faults.rows([found])}
    assert rows[f"flat, {FALLING}", "as_documented"].met is True
    assert rows[f"flat, {FALLING}", "upright"].met is None
    assert rows["flat, all cases", "commands_within_limits"].met is True


def test_a_policy_that_safety_replaces_breaks_the_promise(
    contrary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = replace(soon(monkeypatch, HEALTHY), policy=str(contrary), seconds=2.0)
    found = faults.run(scenario)
    assert not found["success"]


# --- verdicts ---

LOST = next(row for row in REACTIONS[Source.IMU] if row.name == FALLING)
BORNE = next(row for row in REACTIONS[Source.IMU] if row.name == "imu nan 0.1 for 2 s")
CHANCE = replace(BORNE, does=Does.MAY_MASK)
OK = (Reason.OK,) * len(JUDGED)


def imu_says(reason: Reason) -> tuple[Reason, ...]:
    return (reason, *OK[1:])


def drive(*said: tuple[float, Reason], seconds: float = 4.0) -> list[Moment]:
    """A drive at 200 Hz whose IMU is judged so from these times on."""
    moments = []
    for number in range(int(seconds * 200)):
        now_s = number / 200
        begun = [reason for start_s, reason in said if start_s <= now_s]
        moments.append(Moment(now_s, imu_says(begun[-1] if begun else Reason.OK), 1.0, 0.0))
    return moments


@pytest.mark.parametrize(
    ("row", "said", "expected"),
    [
        (LOST, [(3.025, Reason.SILENT)], ""),
        (LOST, [(3.035, Reason.SILENT), (3.1, Reason.RECOVERING)], ""),
        (LOST, [(3.04, Reason.SILENT)], "noticed after 0.040 s"),
        (LOST, [], "not noticed"),
        (LOST, [(3.03, Reason.FROZEN)], "FROZEN"),
        (BORNE, [], ""),
        (BORNE, [(3.5, Reason.NON_FINITE)], "masked, NON_FINITE"),
        (CHANCE, [], ""),
        (CHANCE, [(3.5, Reason.NON_FINITE), (3.6, Reason.RECOVERING)], ""),
        (CHANCE, [(3.5, Reason.NON_FINITE), (3.6, Reason.SILENT)], "masked, SILENT"),
    ],
)
def test_breaches_of_a_row(
    row: Reaction, said: Sequence[tuple[float, Reason]], expected: str
) -> None:
    found = fault_verdict.breach(row, drive(*said), 0.005, also_masked=False)
    assert found == (f"{row.name}: {expected}" if expected else "")


def watched(moments: list[Moment], **bad: int) -> FaultWatch:
    return FaultWatch(5.0, moments, **bad)


ARMED = {"policy_share": 1.0, "safety": "ARMED"}


@pytest.mark.parametrize(
    ("effects", "bad", "summary", "expected"),
    [
        ((7,), {}, ARMED, []),
        ((0,), {}, ARMED, ["fault 0 spoilt nothing"]),
        ((7,), {"bad_commands": 1}, ARMED, ["1 commands not finite or beyond the limit"]),
        ((7,), {"bad_observations": 2}, ARMED, ["2 observations not finite"]),
        ((7,), {}, {**ARMED, "policy_share": 0.9}, ["the policy did not drive all the time"]),
    ],
)
def test_breaches_of_a_drive(
    effects: tuple[int, ...], bad: dict[str, int], summary: dict[str, Any], expected: list[str]
) -> None:
    case = CASES[BORNE.name]
    assert (
        fault_verdict.breaches(case, watched(drive(), **bad), summary, effects, 0.005) == expected
    )


@pytest.mark.parametrize(
    ("zero_s", "safety", "expected"),
    [
        (3.08, "FAULT", []),
        (3.2, "FAULT", ["the motors were not at zero after 0.1 s"]),
        (9.0, "FAULT", ["the motors were not at zero after 0.1 s"]),
        (3.08, "ARMED", ["safety ended in ARMED, promised FAULT"]),
    ],
)
def test_breaches_where_the_motors_must_stop(
    zero_s: float, safety: str, expected: list[str]
) -> None:
    moments = [
        replace(moment, command=0.0 if moment.seconds >= zero_s else 1.0)
        for moment in drive((3.03, Reason.SILENT))
    ]
    summary = {"policy_share": 0.9, "safety": safety}
    assert (
        fault_verdict.breaches(CASES[FALLING], watched(moments), summary, (9,), 0.005) == expected
    )


def test_what_differs_from_the_healthy_drive_and_from_when_on_nothing_moves() -> None:
    healthy, faulty = drive(), drive((1.0, Reason.SILENT), (1.02, Reason.OK))
    assert differing(faulty, healthy) == [1.0, 1.005, 1.01, 1.015]
    assert differing(healthy, healthy) == []
    assert zero_from(healthy) is None
    assert zero_from([replace(moment, command=0.0) for moment in healthy]) == 0.0


def episode(terrain: str, case: str, **values: Any) -> dict[str, Any]:
    usual = {
        "upright": True, "breaches": [], "bad_commands": 0, "detection_s": None,
        "recovery_s": None, "tilt_since_deg": 2.0, "command_since": 1.0,
    }  # fmt: skip
    return {"terrain": terrain, "case": case, **usual, **values}


def test_goals() -> None:
    episodes = [episode(t, case) for t in ("flat", "rough") for case in CASES]
    goals = {(row.case, row.metric): row.goal for row in faults.rows(episodes)}
    assert goals["flat, camera_0 black for ever", "upright"] == 1.0
    assert goals["rough, camera_0 black for ever", "upright"] == 0.99
    assert goals["rough, both cameras missing", "upright"] == 0.99
    assert goals["rough, imu nan 0 for 2 s", "upright"] == 1.0
    assert goals["flat, imu missing for 0.02 s", "upright"] == 1.0
    assert goals["flat, imu missing for 0.06 s", "upright"] == 0.99
    assert goals["flat, encoders missing for 2 s", "upright"] == 0.99
    assert goals["rough, policy killed for ever", "upright"] == 1.0
    assert goals["flat, policy saturated for 1 s", "upright"] is None
    assert goals[f"flat, {HEALTHY}", "upright"] == 1.0
    assert goals[f"rough, {HEALTHY}", "upright"] == 0.99
    assert (f"flat, {HEALTHY}", "as_documented") not in goals
    kept = {metric: goal for (_, metric), goal in goals.items() if metric != "upright"}
    assert kept == {
        "as_documented": 1.0, "commands_within_limits": 1.0,
        "tilt_since_deg": None, "command_since": None,
    }  # fmt: skip


def test_one_bad_command_misses_the_goal() -> None:
    episodes = [episode("flat", HEALTHY), episode("flat", FALLING, bad_commands=1)]
    rows = {(row.case, row.metric): row for row in faults.rows(episodes)}
    assert rows["flat, all cases", "commands_within_limits"].met is False
