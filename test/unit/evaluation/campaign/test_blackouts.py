from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.evaluation.campaign import blackouts
from ballbot_fusion.evaluation.campaign.blackouts import LENGTHS_S, OPEN, SENSORS, SHIPPED, UNTOLD
from ballbot_fusion.evaluation.campaign.limits import limits, longest_survived
from ballbot_fusion.evaluation.scenario import LQR
from ballbot_fusion.simulation.faults import Fault


def driven(answer: str, length_s: float) -> dict[str, Any]:
    """A blackout of the IMU, early, and without cameras: they cost time."""
    name = blackouts.name_of("imu", answer, length_s)
    (scenario,) = [s for s in blackouts.scenarios(LQR, [1], 60.0) if s.case == name]
    faults = tuple(Fault("missing", f.source, 0.3, 0.3 + length_s) for f in scenario.faults)
    return blackouts.run(replace(scenario, faults=faults, cameras=False, seconds=0.8))


def test_safety_faults_as_shipped_and_waits_where_its_limits_are_open() -> None:
    shipped, waited = driven(SHIPPED, 0.12), driven(OPEN, 0.12)
    assert (shipped["safety"], waited["safety"]) == ("FAULT", "ARMED")
    assert not shipped["success"]
    assert all(shipped["effects"])
    points = blackouts.figures([shipped, waited])
    assert [(p["answer"], p["survived"]) for p in points] == [
        (SHIPPED, 0.0), (OPEN, float(waited["success"])),
    ]  # fmt: skip
    assert all(point["took_effect"] == 1 for point in points)


def curve(sensor: str, answer: str, longest_s: float) -> list[dict[str, Any]]:
    return [
        {"sensor": sensor, "answer": answer, "length_s": length, "n": 20,
         "survived": 1.0 if length <= longest_s else 0.5}
        for length in LENGTHS_S
    ]  # fmt: skip


@given(st.lists(st.sampled_from([0.0, 0.9, 0.99, 1.0]), min_size=1, max_size=8))
def test_whatever_is_shorter_than_what_is_survived_is_survived(shares: list[float]) -> None:
    points = [{"length_s": 0.1 * (n + 1), "survived": share} for n, share in enumerate(shares)]
    longest = longest_survived(points[::-1])
    below = [p for p in points if longest is not None and p["length_s"] <= longest]
    assert all(p["survived"] >= 0.99 for p in below)
    beyond = points[len(below) :]
    assert not beyond or beyond[0]["survived"] < 0.99


def test_defaults_lie_between_what_is_healthy_and_what_is_fatal() -> None:
    points = [
        point
        for sensor, entry in SENSORS.items()
        for answer in entry.answers
        for point in curve(sensor, answer, 3.0)
    ]
    found = limits(points)
    assert [(e["sensor"], e["what"]) for e in found] == [
        ("imu", "masked"), ("imu", "imu_fault_s"), ("encoders", "masked"),
        ("encoders", "encoder_brake_s"), ("cameras", "masked"),
    ]  # fmt: skip
    # No default is shorter than what a sensor that works may do.
    assert all(entry["holds"] for entry in found)


@given(st.sets(st.sampled_from(LENGTHS_S)))
def test_a_length_that_was_not_driven_is_not_survived(lacking: set[float]) -> None:
    """An interrupted campaign, or one of some cases only, leaves such gaps."""
    found = limits([p for p in curve("imu", OPEN, 10.0) if p["length_s"] not in lacking])
    if LENGTHS_S[0] in lacking:
        assert not found
    else:
        (fault,) = found
        assert fault["most_s"] < min(lacking, default=11.0)


@pytest.mark.parametrize(("longest_s", "holds"), [(0.06, False), (0.08, True), (0.0, False)])
def test_a_limit_beyond_what_is_survived_does_not_hold(longest_s: float, holds: bool) -> None:
    found = limits([*curve("imu", OPEN, longest_s), *curve("imu", UNTOLD, 1.0)])
    (fault,) = [entry for entry in found if entry["what"] == "imu_fault_s"]
    assert fault["holds"] is holds
    assert fault["most_s"] == (longest_s or None)
