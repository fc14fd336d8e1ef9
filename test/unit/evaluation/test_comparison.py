from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.comparison import Comparison, compared, comparisons
from ballbot_fusion.evaluation.results import Row, at_most, difference, ratio, share
from ballbot_fusion.evaluation.scenario import LQR, MASK, SIGHT, Scenario, build
from ballbot_fusion.simulation.faults import Fault

CAMERAS = ("rgbd_0", "rgbd_1")
POLICY = str(policy_path("default"))
FAULTS = (Fault("missing", Source.CAMERA_0), Fault("missing", Source.CAMERA_1))


def heard_by_policy(
    scenario: Scenario, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[np.ndarray], list[Tick]]:
    """Masks that the network got, and ticks, of every control period."""
    masks, ticks, act = [], [], PolicyRuntime.act

    def spy(self, observation, mask, fresh=None):  # type: ignore[no-untyped-def]
        masks.append(mask.copy())
        return act(self, observation, mask, fresh)

    loop = build(scenario).loop
    monkeypatch.setattr(PolicyRuntime, "act", spy)
    loop.run(seconds, ticks.append)
    return masks, ticks


def test_the_ablation_forces_the_masks_under_the_same_faults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = Scenario(POLICY, faults=FAULTS)
    (ablated,) = Comparison(ablate=MASK).of([usual])
    assert ablated.faults == FAULTS
    masks, ticks = heard_by_policy(ablated, 0.3, monkeypatch)
    assert len(masks) == len(ticks) > 60
    assert all((mask == 1.0).all() for mask in masks)
    assert ticks[-1].mask.min() == 0.0, "core itself knows"
    monkeypatch.undo()
    masks, ticks = heard_by_policy(usual, 0.3, monkeypatch)
    assert all((mask == tick.mask).all() for mask, tick in zip(masks, ticks, strict=True))
    assert masks[-1].min() == 0.0


def test_blind_hides_both_cameras_in_every_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    (blind,) = Comparison(blind=True).of([Scenario(POLICY)])
    spec = PolicyRuntime.load(POLICY, RobotConfig()).spec  # its warm-up would be heard too
    places = [spec.keys.index(key) for key in CAMERAS]
    masks, ticks = heard_by_policy(blind, 0.2, monkeypatch)
    assert all((mask[places] == 0.0).all() for mask in masks)
    assert not any(tick.fresh for tick in ticks)
    monkeypatch.undo()
    seeing, _ = heard_by_policy(Scenario(POLICY), 0.2, monkeypatch)
    assert seeing[-1][places].min() == 1.0


def frames_seen(terrain: str, ablate: str | None) -> tuple[list[Any], list[Any]]:
    """Frames and masks of half a second of standing still."""
    ticks: list[Tick] = []
    build(Scenario(POLICY, terrain=terrain, seed=3, ablate=ablate)).loop.run(0.5, ticks.append)
    frames = [{key: tick.observation[key] for key in CAMERAS} for tick in ticks]
    return frames, [tick.mask for tick in ticks]


def test_without_sight_cameras_show_flat_ground_and_are_trusted() -> None:
    (flat, _), (walls, _) = frames_seen("flat", None), frames_seen("walls", None)
    robbed, masks = frames_seen("walls", SIGHT)
    unlike = lambda a, b: max(np.abs(a[-1][key] - b[-1][key]).mean() for key in CAMERAS)  # noqa: E731
    assert unlike(robbed, flat) < 0.02 < 0.05 < unlike(walls, flat)
    assert masks[-1].min() == 1.0


def test_blind_and_untold_is_one_more() -> None:
    assert [entry.name for entry in comparisons(["blind", "lqr"], MASK)] == [
        "lqr", "blind", "mask ablated", "blind, mask ablated",
    ]  # fmt: skip
    assert [entry.name for entry in comparisons(["blind"], SIGHT)] == ["blind", "sight ablated"]
    assert comparisons([], None) == []


def safe(successes: int, case: str = "known families", goal: float | None = 0.97) -> Row:
    return share(case, "no_fall_no_contact", [i < successes for i in range(100)], goal)


def test_the_mask_must_be_worth_twenty_points() -> None:
    own = [safe(98), at_most("known families", "settling_s", [1.0], 2.0)]
    for left, met in ((78, True), (79, False)):
        others = [safe(left), at_most("known families", "settling_s", [1.5], 2.0)]
        rows = compared(own, Comparison(ablate=MASK), others)
        assert [row.case for row in rows[:2]] == ["known families (mask ablated)"] * 2
        assert all(row.goal is None for row in rows[:2])
        (cost,) = rows[2:]
        assert cost.metric == "no_fall_no_contact_lost_without_mask"
        assert cost.value == pytest.approx((98 - left) / 100)
        assert (cost.goal, cost.met) == (0.20, met)


@pytest.mark.parametrize(
    ("comparison", "largest"),
    [
        (Comparison(lqr=True), 0.10),
        (Comparison(blind=True, ablate=MASK), 0.40),
        (Comparison(ablate=SIGHT), 0.40),
        (Comparison(blind=True), None),
    ],
)
def test_courses_must_defeat_who_does_not_see(
    comparison: Comparison, largest: float | None
) -> None:
    own = [safe(98), safe(90, "pits", None)]
    for successes in (5, 60):
        rows = compared(own, comparison, [safe(successes), safe(successes, "pits", None)])
        met = None if largest is None else successes == 5
        assert (rows[0].goal, rows[0].met) == (largest, met)
        assert rows[1].goal is None, "a single family has no goal"


def test_the_difference_of_two_shares_has_newcombes_interval() -> None:
    """56/70 and 48/80: R. G. Newcombe, Statistics in Medicine 17 (1998), table II, method 10."""
    first = share("a", "m", [i < 56 for i in range(70)], None)
    second = share("a", "m", [i < 48 for i in range(80)], None)
    found = difference("d", first, second, 0.2)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.floats(1.0, 500.0), st.floats(1.0, 500.0)), min_size=1, max_size=8))
def test_a_ratio_lies_in_its_interval_and_scales(pairs: list[tuple[float, float]]) -> None:
    own, others = zip(*pairs, strict=True)
    found = ratio("flat", "m", own, others, 0.9)
    assert found.low <= found.value * (1 + 1e-9)
    assert found.value <= found.high * (1 + 1e-9)
    assert found.value == pytest.approx(sum(own) / sum(others))
    assert found.met is (found.value >= 0.9)
    assert ratio("flat", "m", [2.0 * x for x in others], others, None).low == pytest.approx(2.0)


def test_a_ratio_to_nothing_is_nothing() -> None:
    assert ratio("flat", "m", [3.0, 4.0], [0.0, 0.0], 0.9).value == 0.0
    assert LQR in {entry.name for entry in comparisons([LQR], None)}
