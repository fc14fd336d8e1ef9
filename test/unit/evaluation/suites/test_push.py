from math import atan2, hypot, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.evaluation.scenario import LQR, Scenario
from ballbot_fusion.evaluation.suites import push


def test_policy_and_lqr_get_the_same_pushes_all_around() -> None:
    found = push.scenarios("p.onnx", ["flat"], range(3), 60.0)
    assert len(found) == 2 * 3 * push.DIRECTIONS
    pushes = {
        who: [(s.seed, s.pushes) for s in found if s.policy == who] for who in ("p.onnx", LQR)
    }
    assert pushes["p.onnx"] == pushes[LQR]
    assert len(push.scenarios(LQR, ["flat"], range(3), 60.0)) == 3 * push.DIRECTIONS
    forces = [s.pushes[0].force for s in found if s.policy == LQR and s.seed == 2]
    assert all(hypot(*force) == pytest.approx(1.0) for force in forces)
    angles = np.sort([atan2(force[1], force[0]) for force in forces])
    assert np.diff(angles) == pytest.approx(2.0 * pi / push.DIRECTIONS)
    assert all(s.pushes[0].seconds == 0.1 for s in found)


@settings(deadline=None)
@given(st.floats(0.0, 700.0))
def test_the_search_finds_the_limit(limit: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(push, "_survives", lambda _, newtons: newtons <= limit)
        found = push.largest_survived(Scenario(LQR))
    assert found <= limit
    assert limit - found <= push.GRAIN_N or (limit >= push.LARGEST_N and found >= 320.0)


def test_a_tiny_search_from_end_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The LQR stands a push of 100 N and none of 1600 N."""
    for name, value in {
        "AT_S": 0.2, "AFTER_S": 0.5, "DIRECTIONS": 1, "FIRST_N": 100.0, "LARGEST_N": 1600.0,
        "GRAIN_N": 900.0,
    }.items():  # fmt: skip
        monkeypatch.setattr(push, name, value)
    (scenario,) = push.scenarios(LQR, ["flat"], [1], 60.0)
    found = push.run(scenario)
    assert found["success"]
    assert 100.0 <= found["largest_push_N"] < 1600.0
    (row,) = push.rows([found])
    assert (row.case, row.metric, row.goal) == ("flat", "largest_push_N", None)


def test_the_goal_is_nine_tenths_of_the_lqr() -> None:
    def episodes(own: float) -> list[dict[str, object]]:
        return [
            {"terrain": "flat", "controller": who, "largest_push_N": size + seed}
            for who, size in (("policy", own), (LQR, 300.0))
            for seed in range(5)
        ]

    for own, met in ((280.0, True), (260.0, False)):
        rows = {row.metric: row for row in push.rows(episodes(own))}
        assert rows["largest_push_N"].value == own + 2.0
        assert rows["largest_push_N_lqr"].value == 302.0
        assert rows["push_over_lqr"].value == pytest.approx((own + 2.0) / 302.0)
        assert (rows["push_over_lqr"].goal, rows["push_over_lqr"].met) == (0.9, met)
