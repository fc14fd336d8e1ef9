"""The emergency stop during faults: planned while they act, and held to zero torques."""

from dataclasses import replace
from typing import Any

import pytest

from ballbot_fusion.evaluation.campaign import stops
from ballbot_fusion.evaluation.campaign.outcome import failures_of, rows_of
from ballbot_fusion.evaluation.campaign.tables import stops as table
from ballbot_fusion.evaluation.scenario import LQR, Scenario
from ballbot_fusion.evaluation.suites.fault_cases import CASES, HEALTHY, START_S
from ballbot_fusion.simulation.faults import ALWAYS

DRIVES = {scenario.case: scenario for scenario in stops.scenarios(LQR, [1], 60.0)}


def blind(case: str) -> Scenario:
    """Without cameras: they cost time."""
    return replace(DRIVES[case], cameras=False)


def test_it_is_pressed_while_each_fault_acts() -> None:
    assert set(DRIVES) == set(CASES)
    for scenario in DRIVES.values():
        assert scenario.stop is not None
        begin_s, end_s = scenario.stop
        for fault in (*scenario.faults, *scenario.policy_faults):
            assert fault.start_s <= begin_s < fault.stop_s <= ALWAYS
        assert begin_s < end_s < scenario.seconds < START_S + 3.0
    healthy = [s for s in stops.scenarios(LQR, range(9), 60.0) if s.case == HEALTHY]
    assert len({scenario.stop for scenario in healthy}) == 9


@pytest.mark.parametrize(
    "case",
    [HEALTHY, "encoders late 20 for 2 s", "encoders missing for 2 s", "policy nan 1 for ever"],
)
def test_torques_are_zero_at_once_and_stay_so(case: str) -> None:
    found = stops.run(blind(case))
    assert (found["success"], found["breaches"], found["counted"]) == (True, [], True)
    assert 0.0 <= found["zero_s"] <= 0.02
    assert found["reason"].startswith("emergency stop pressed")
    assert not found["upright"], "it falls, and is watched beyond that"


def test_a_stop_that_nobody_hears_is_seen() -> None:
    found = stops.run(replace(blind(HEALTHY), stop=(9.0, 9.1)))
    assert found["breaches"] == [
        "the motors were driven to the end", "safety ended in ARMED, promised FAULT",
    ]  # fmt: skip
    (figure,) = stops.figures([found])
    assert not figure["met"]
    assert [entry["stage"] for entry in failures_of({"stops": [found]})] == ["stops"]


def entry(**values: Any) -> dict[str, Any]:
    usual = {"case": HEALTHY, "counted": True, "success": True, "zero_s": 0.004}
    return {**usual, **values}


def test_drives_in_which_nothing_failed_prove_nothing() -> None:
    scenario = blind("imu missing for 0.02 s")
    assert scenario.stop is not None
    never = replace(scenario, faults=(replace(scenario.faults[0], start_s=50.0, stop_s=51.0),))
    assert not stops.run(never)["counted"]
    afterwards = replace(scenario.faults[0], start_s=scenario.stop[1] + 0.1, stop_s=9.0)
    assert not stops.run(replace(scenario, faults=(afterwards,)))["counted"]
    (none,) = stops.figures([entry(counted=False)])
    assert (none["n"], none["counted"], none["met"]) == (1, 0, False)
    drives = [entry(), entry(counted=False, success=False), entry(zero_s=0.012)]
    (some,) = stops.figures(drives)
    assert (some["counted"], some["stopped"], some["zero_s"], some["met"]) == (2, 2, 0.012, True)
    (row,) = rows_of({"stops": drives}, {"stops": [some]})
    assert (row.n, row.value, row.met) == (2, 1.0, True)
    assert "| no fault | 3 | 2 | 2 | 12 ms | yes |" in table({"stages": {"stops": [some]}})
