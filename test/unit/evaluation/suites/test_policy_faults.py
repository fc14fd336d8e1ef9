"""Drives in which the policy itself fails, held to their rows; and the verdict on made-up ones."""

from dataclasses import replace
from math import inf

import pytest

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reactions import POLICY_REACTIONS, Does, PolicyReaction
from ballbot_fusion.core.reactions.policy import SILENT
from ballbot_fusion.evaluation.scenario import LQR, Scenario
from ballbot_fusion.evaluation.suites import fault_cases, faults
from ballbot_fusion.evaluation.suites.fault_cases import CASES
from ballbot_fusion.evaluation.suites.policy_verdict import policy_breaches
from ballbot_fusion.evaluation.takeover_watch import TakeoverWatch, Turn, largest_step

TORQUE = 5.0


def soon(monkeypatch: pytest.MonkeyPatch, case: str, terrain: str = "flat") -> Scenario:
    """The scenario of a case, with everything happening soon, and without cameras."""
    monkeypatch.setattr(fault_cases, "START_S", 0.3)
    monkeypatch.setattr(fault_cases, "AFTER_S", 0.7)
    row = CASES[case].policy
    assert row is not None
    brief = replace(CASES[case], policy=replace(row, lasts_s=min(row.lasts_s, 0.2)))
    monkeypatch.setitem(CASES, case, brief)
    orders = faults.scenarios(LQR, ["flat"], [1], 1.0)[0].orders
    return Scenario(
        LQR, terrain, 1, brief.seconds(1.0), cameras=False, case=case, orders=orders,
        policy_faults=brief.policy_faults,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("case", "terrain"),
    [
        ("policy killed for 1 s", "rough"),
        ("policy hung for 1 s", "flat"),
        ("policy late 60 for 1 s", "flat"),
        ("policy nan 0 for 1 s", "flat"),
        ("policy jumping 20 for 1 s", "rough"),
        ("policy unfamiliar for ever", "flat"),
        ("policy silent for 0.01 s", "flat"),
    ],
)
def test_a_drive_does_what_the_table_says(
    case: str, terrain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = faults.run(soon(monkeypatch, case, terrain))
    assert found["breaches"] == []
    assert found["success"]
    assert found["upright"]
    assert found["effects"][0] > 0
    row = CASES[case].policy
    assert row is not None
    if row.does is Does.REPLACES:
        assert 0.0 <= found["detection_s"] <= 0.03 + 1e-9
        assert (found["recovery_s"] is None) == (row.lasts_s == inf)
        assert found["policy_share"] < 1.0
    else:
        assert found["policy_share"] == 1.0


# --- the verdict ---

ROW = next(row for row in POLICY_REACTIONS if row.name == "policy silent for 1 s")
EVER = next(row for row in POLICY_REACTIONS if row.name == "policy silent for ever")
BORNE = next(row for row in POLICY_REACTIONS if row.does is Does.GOES_ON)


def drive(
    taken_s: float = 3.02, back_s: float = 4.5, why: str = SILENT, step: float = 1.0,
    bad: tuple[float, ...] | None = None,
) -> TakeoverWatch:  # fmt: skip
    """Six seconds at 200 Hz; answers are bad from 3 to 4 s, or just in the periods of ``bad``."""
    turns, bad_s = [], -inf
    for number in range(1200):
        seconds = number / 200
        fallback = taken_s <= seconds < back_s
        mode = Mode.FALLBACK if fallback else Mode.ARMED
        is_bad = 3.0 <= seconds < 4.0 if bad is None else seconds in bad
        bad_s = seconds if is_bad else bad_s
        reason = why if fallback else "armed"
        turns.append(Turn(seconds, mode, reason, (step * fallback, 0.0, 0.0), bad_s))
    return TakeoverWatch(turns)


@pytest.mark.parametrize(
    ("row", "watch", "expected"),
    [
        (ROW, drive(), []),
        (ROW, drive(taken_s=3.03), []),
        (ROW, drive(taken_s=3.035), ["taken over after 0.035 s"]),
        (ROW, drive(taken_s=9.0), ["safety did not take over", "not handed back"]),
        (ROW, drive(why="the policy jumped"), ["taken over because 'the policy jumped'"]),
        (ROW, drive(back_s=4.6), []),
        (ROW, drive(back_s=4.4), ["handed back 0.405 s after it was bad last"]),
        (ROW, drive(back_s=4.7), ["handed back 0.705 s after it was bad last"]),
        (ROW, drive(back_s=9.0), ["not handed back"]),
        (EVER, drive(back_s=9.0), []),
        (EVER, drive(), []),
        (
            EVER,
            drive(bad=tuple(n / 200 for n in range(600, 1200))),
            ["handed back 0.000 s after it was bad last"],
        ),
        (EVER, drive(back_s=4.4), ["handed back 0.405 s after it was bad last"]),
        (EVER, drive(bad=(3.0, 5.0)), ["not taken over again at 5.040 s"]),
        (EVER, drive(bad=(3.0, 5.98)), []),
        (BORNE, drive(taken_s=9.0), []),
        (BORNE, drive(), ["safety took over"]),
    ],
)
def test_breaches(row: PolicyReaction, watch: TakeoverWatch, expected: list[str]) -> None:
    found = policy_breaches(row, watch, [7], 3.995, TORQUE, 3.0)
    assert found == [f"{row.name}: {text}" for text in expected]


def test_a_step_of_torque_and_a_fault_without_effect_are_breaches() -> None:
    assert policy_breaches(ROW, drive(step=3.2), [0], 3.995, TORQUE, 3.0) == [
        "policy fault 0 spoilt nothing",
        "a torque stepped by 3.20 N m, limit 3.12",
    ]
    assert policy_breaches(ROW, drive(step=3.12), [1], 3.995, TORQUE, 3.0) == []


def test_the_largest_step_counts_every_motor_from_a_time_on() -> None:
    efforts = [(0.0, 0.0, 0.0), (1.0, 0.0, -3.0), (1.0, 2.0, -3.0)]
    turns = [Turn(n * 0.005, Mode.ARMED, "", effort) for n, effort in enumerate(efforts)]
    assert largest_step(turns) == 3.0
    assert largest_step(turns, 0.01) == 2.0
    assert largest_step(turns[:1]) == 0.0
