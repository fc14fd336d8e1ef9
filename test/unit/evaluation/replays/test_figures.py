"""The table says of all recordings and of each group what every one of them proved."""

from typing import Any

from ballbot_fusion.evaluation.replays.figures import rows
from ballbot_fusion.evaluation.results import Row


def entry(group: str = "imu", **changes: Any) -> dict[str, Any]:
    plain = {
        "group": group, "ticks": 100, "identical": 100, "whole": True, "stripped_same": True,
        "causes": {"missing": 0, "unknown": 0, "differs": 0}, "flipped_bit_told": True,
        "took_effect": True,
    }  # fmt: skip
    return {**plain, **changes}


def table(*entries: dict[str, Any]) -> dict[tuple[str, str], Row]:
    return {(row.case, row.metric): row for row in rows(entries)}


def test_all_is_well() -> None:
    found = table(entry(), entry("no fault", took_effect=None))
    assert all(row.met in (True, None) for row in found.values())
    assert found["all", "ticks_identical"].n == 200
    assert found["all", "recordings_identical"].n == 2
    assert found["no fault", "recordings_identical"].n == 1
    assert found["all", "fault_took_effect"].n == 1, "where there are no faults none can"


def test_one_tick_is_a_missed_goal_and_its_cause_is_told() -> None:
    causes = {"missing": 1, "unknown": 9, "differs": 0}
    found = table(entry(), entry("camera_0", identical=90, causes=causes))
    for case in ("all", "camera_0"):
        assert found[case, "recordings_identical"].met is False
        assert found[case, "ticks_identical"].met is False
    assert found["imu", "ticks_identical"].met is True
    assert found["all", "ticks_missing"].value == 1 / 200
    assert found["all", "ticks_unknown"].value == 9 / 200


def test_what_was_not_shown_is_not_proven() -> None:
    for change, metric in (
        ({"flipped_bit_told": None}, "flipped_bit_told"),
        ({"flipped_bit_told": False}, "flipped_bit_told"),
        ({"stripped_same": False}, "stripped_same"),
        ({"took_effect": False}, "fault_took_effect"),
        ({"ticks": 0, "identical": 0}, "recordings_identical"),
    ):
        found = table(entry(), entry(**change))
        assert found["all", metric].met is False, metric
        assert found["all", metric].value == 0.5


def test_recordings_without_a_tick_prove_nothing_and_cost_no_result() -> None:
    found = table(entry(), entry("camera_0", ticks=0, identical=0))
    assert found["camera_0", "ticks_identical"].n == 0
    assert found["camera_0", "ticks_identical"].met is False
    assert found["camera_0", "recordings_identical"].met is False
    assert found["imu", "ticks_identical"].met is True
