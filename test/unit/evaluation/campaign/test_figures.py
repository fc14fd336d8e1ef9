from typing import Any

import pytest

from ballbot_fusion.evaluation.campaign.figures import case_figures
from ballbot_fusion.evaluation.campaign.outcome import failures_of, figures_of, rows_of, verdict
from ballbot_fusion.evaluation.campaign.tables import faults
from ballbot_fusion.evaluation.suites.fault_cases import HEALTHY

BORNE, FALLS = "imu nan 0.1 for 2 s", "imu missing for ever"


def episode(case: str, seed: int = 1, terrain: str = "rough", **values: Any) -> dict[str, Any]:
    usual = {
        "upright": True, "breaches": [], "bad_commands": 0, "detection_s": None, "success": True,
        "recovery_s": None, "tilt_since_deg": 2.0, "command_since": 1.0, "touched": False,
        "control_tilt_since_deg": 1.5, "control_command_since": 0.5,
    }  # fmt: skip
    return {"terrain": terrain, "case": case, "seed": seed, **usual, **values}


def test_the_worst_drive_counts_and_the_control_stands_beside_it() -> None:
    (healthy, figure) = case_figures(
        "rough",
        [
            episode(HEALTHY),
            episode(BORNE, detection_s=0.01, tilt_since_deg=4.0),
            episode(BORNE, seed=2, detection_s=0.02, recovery_s=0.5, command_since=2.0),
        ],
    )
    assert (healthy["case"], healthy["control"]) == (HEALTHY, 1.0)
    assert (figure["n"], figure["upright"], figure["control"], figure["goal"]) == (2, 1.0, 1.0, 1.0)
    assert (figure["detection_s"], figure["recovery_s"]) == (0.02, 0.5)
    assert (figure["tilt_deg"], figure["command"]) == (4.0, 2.0)
    assert (figure["control_tilt_deg"], figure["control_command"]) == (1.5, 0.5)
    assert figure["low"] == pytest.approx(0.3424, abs=1e-4)  # Wilson, 2 of 2
    assert figure["met"] is True


@pytest.mark.parametrize(
    ("case", "values", "met"),
    [
        (BORNE, {}, True),
        (BORNE, {"upright": False}, False),
        (BORNE, {"breaches": ["masked"]}, False),
        (BORNE, {"bad_commands": 1}, False),
        (FALLS, {"upright": False}, True),  # that is what the table says
        (FALLS, {"upright": False, "bad_commands": 1}, False),
    ],
)
def test_the_verdict_is_that_of_the_table(case: str, values: dict[str, Any], met: bool) -> None:
    (figure,) = case_figures("rough", [episode(case, **values)])
    assert figure["met"] is met
    assert figure["control"] is None


def test_drives_that_were_compared_with_nothing_say_so() -> None:
    bare = episode(BORNE)
    for key in ("touched", "control_tilt_since_deg", "control_command_since"):
        del bare[key]
    (figure,) = case_figures("rough", [bare])
    assert (figure["control_tilt_deg"], figure["untouched"]) == (None, 1.0)
    assert "| 1.00 | 2.00 | yes |" in faults({"stages": {"cases": [figure]}}, "rough")


def test_goals_are_summed_up_over_all_drives_that_they_are_about() -> None:
    episodes = {
        "cases": [
            episode(HEALTHY), episode(BORNE), episode(FALLS, upright=False),
            episode(HEALTHY, terrain="flat"),
        ],
        "courses": [episode(HEALTHY, terrain="pits"), episode("both cameras black")],
    }  # fmt: skip
    figures = figures_of(episodes)
    rows = {(row.case, row.metric): row for row in rows_of(episodes, figures)}
    assert rows["rough, promised 100%", "upright"].n == 1
    assert rows["rough, promised 99%", "upright"].n == 1
    assert rows["flat, promised 100%", "upright"].n == 1
    assert rows["courses, promised 99%", "upright"].n == 2
    assert rows["rough, all", "commands_within_limits"].n == 3
    assert verdict(figures, list(rows.values()))
    assert failures_of(episodes) == []


def test_nothing_driven_is_nothing_kept() -> None:
    assert not verdict({}, [])


def test_one_drive_that_broke_a_promise_spoils_the_verdict_and_can_be_found() -> None:
    broken = episode(BORNE, upright=False, success=False, breaches=["masked"])
    episodes = {"cases": [episode(HEALTHY), broken]}
    figures = figures_of(episodes)
    assert not verdict(figures, rows_of(episodes, figures))
    (failure,) = failures_of(episodes)
    assert (failure["case"], failure["seed"], failure["breaches"]) == (BORNE, 1, ["masked"])
