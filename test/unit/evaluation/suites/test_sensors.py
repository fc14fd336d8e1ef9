from dataclasses import replace
from typing import Any

import pytest

from ballbot_fusion.core.samples import Source
from ballbot_fusion.evaluation.scenario import LQR
from ballbot_fusion.evaluation.suites import outages, sensors
from ballbot_fusion.simulation.faults import ALWAYS, FaultLine
from ballbot_fusion.simulation.settings import SimulationSettings


def test_every_stream_fails_in_every_way_that_it_can() -> None:
    found = {case.name: case.faults for case in outages.passing_cases()}
    alone = {(f.source, f.kind) for faults in found.values() if len(faults) == 1 for f in faults}
    for source in (Source.IMU, Source.ENCODERS, Source.CAMERA_0, Source.CAMERA_1, Source.MOTORS):
        for kind in ("missing", "frozen", "late", "jitter", "noisy"):
            assert (source, kind) in alone or (source, kind) == (Source.MOTORS, "noisy")
    pairs = [faults for faults in found.values() if len(faults) == 2]
    assert {faults[0].kind for faults in pairs} == {*outages.KINDS, "black"}
    assert all({f.source for f in faults} == set(outages.CAMERAS) for faults in pairs)
    assert all(f.stop_s < ALWAYS for faults in found.values() for f in faults)
    encoders = found[outages.ENCODERS_MISSING][0]
    assert encoders.stop_s - encoders.start_s == 2.0


def test_every_plan_can_be_and_begins_midway() -> None:
    for case in (*outages.passing_cases(), *outages.lasting_cases()):
        FaultLine(case.faults, SimulationSettings(), 1)
        assert all(fault.start_s == 3.0 for fault in case.faults)
    lasting = {case.name: case.faults for case in outages.lasting_cases()}
    assert all(f.stop_s == ALWAYS for faults in lasting.values() for f in faults)
    late = lasting[outages.ALL_LATE]
    assert {(f.source, f.kind, f.size) for f in late} == {
        (source, "late", 20.0) for source in (Source.IMU, Source.ENCODERS, *outages.CAMERAS)
    }


def test_cases_have_names_of_their_own() -> None:
    found = sensors.scenarios(LQR, ["flat"], [1, 2], 60.0)
    assert len({(s.case, s.seed) for s in found}) == len(found)
    assert all(s.seconds == 10.0 for s in found)


def test_on_courses_all_losses_come_up_at_a_time_of_the_seed() -> None:
    found = sensors.scenarios(LQR, ["pits"], range(12), 60.0)
    assert {s.case for s in found} == {outages.ONE_LOST, outages.BOTH_LOST}
    one = [s.faults[0] for s in found if s.case == outages.ONE_LOST]
    assert {(f.source, f.kind) for f in one} == {
        (source, kind) for source in outages.CAMERAS for kind in outages.LOSSES
    }
    assert len({f.start_s for f in one}) == 12
    assert all(3.0 <= f.start_s <= 8.0 and f.stop_s == ALWAYS for f in one)


@pytest.mark.parametrize("terrain", ["flat", "pits"])
def test_a_tiny_outage_from_end_to_end(terrain: str) -> None:
    """An LQR goes on without cameras: it survives and does not stop."""
    found = sensors.scenarios(LQR, [terrain], [1], 2.5)
    scenario = next(s for s in found if s.case == outages.BOTH_LOST)
    faults = tuple(replace(fault, start_s=0.2) for fault in scenario.faults)
    episode = sensors.run(replace(scenario, faults=faults, cameras=False))
    assert episode["success"]
    assert not episode["stopped"]
    rows = {(row.case, row.metric): row for row in sensors.rows([episode])}
    if terrain == "flat":
        assert rows["flat, any camera state", "upright"].met is True
        assert rows["flat, both cameras lost", "stopped_and_balanced"].value == 0.0
    else:
        assert rows["courses, both cameras lost", "stopped_and_balanced"].met is False
        assert rows["courses, both cameras lost: pits", "stopped_and_balanced"].goal is None


def test_two_seconds_without_encoders_while_driving_are_survived() -> None:
    """Safety's limit was two seconds sharp: it gave up as the encoders came back."""
    found = sensors.scenarios(LQR, ["flat"], [1], 6.0)
    scenario = next(s for s in found if s.case == outages.ENCODERS_MISSING)
    assert sensors.run(replace(scenario, cameras=False))["success"]


def episode(terrain: str, case: str, **values: Any) -> dict[str, Any]:
    usual = {"kind": "missing", "success": True, "stopped": True, "free_speed": 0.2}
    return {"terrain": terrain, "case": case, **usual, **values}


def test_goals() -> None:
    cases = [case.name for case in (*outages.passing_cases(), *outages.lasting_cases())]
    episodes = [episode(t, case) for t in ("flat", "rough") for case in cases]
    episodes += [episode("pits", c) for c in (outages.ONE_LOST, outages.BOTH_LOST)]
    goals = {(r.case, r.metric): r.goal for r in sensors.rows(episodes) if r.goal is not None}
    both = {
        ("encoders missing", 0.99), ("all sensors 20 ms later", 0.95),
    }  # fmt: skip
    assert goals == {
        **{(f"{t}, {case}", "upright"): goal for t in ("flat", "rough") for case, goal in both},
        ("flat, any camera state", "upright"): 1.0,
        ("rough, any camera state", "upright"): 0.99,
        ("courses, one camera lost", "no_fall_no_contact"): 0.95,
        ("courses, one camera lost", "free_speed"): 0.15,
        ("courses, both cameras lost", "stopped_and_balanced"): 0.95,
    }


def test_any_camera_state_counts_cameras_alone() -> None:
    episodes = [
        episode("flat", "encoders missing", success=False),
        episode("flat", "camera_0 frozen"),
        episode("flat", "both cameras lost", success=False),
    ]
    rows = {(row.case, row.metric): row for row in sensors.rows(episodes)}
    assert rows["flat, any camera state", "upright"].n == 2
    assert rows["flat, any camera state", "upright"].value == 0.5
    assert rows["flat, both cameras lost", "stopped_and_balanced"].value == 0.0
