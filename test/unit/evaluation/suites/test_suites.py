from inspect import signature
from pathlib import Path

import pytest

from ballbot_fusion.evaluation.scenario import LQR
from ballbot_fusion.evaluation.suites import HELD_OUT, SUITES, balance, load_suite


@pytest.mark.parametrize("name", SUITES)
def test_every_suite_has_the_same_three_functions(name: str) -> None:
    suite = load_suite(name)
    assert list(signature(suite.scenarios).parameters) == ["policy", "terrains", "seeds", "seconds"]
    assert list(signature(suite.run).parameters) == ["scenario"]
    assert list(signature(suite.rows).parameters) == ["episodes"]


def test_an_unknown_suite_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        ValueError,
        match="Unknown suite 'fly'; choose one of balance, estimation, estimation_hardware, faults",
    ):
        load_suite("fly")


def test_seeds_are_held_out() -> None:
    assert HELD_OUT >= 10_000


def test_balance_has_a_scenario_for_each_terrain_and_seed() -> None:
    found = balance.scenarios(LQR, ["flat", "rough"], range(3), 60.0)
    assert len({(s.terrain, s.seed) for s in found}) == len(found) == 6
    assert all(s.seconds == 60.0 and s.noise and s.cameras and s.velocity is None for s in found)


def test_balance_succeeds_only_where_the_policy_drove_all_the_time(
    contrary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = (balance.scenarios(p, ["flat"], [1], 2.0)[0] for p in (LQR, str(contrary)))
    assert balance.run(good)["success"] is True
    assert balance.run(bad)["success"] is False

    class Shared:
        def run(self, _: float) -> dict[str, object]:
            return {"fell": False, "policy_share": 0.999}

    monkeypatch.setattr(balance, "build", lambda _: Shared())
    assert balance.run(good)["success"] is False


def test_balance_holds_terrains_to_their_goals() -> None:
    def episode(terrain: str, success: bool) -> dict[str, object]:
        return {"terrain": terrain, "success": success, "max_tilt_deg": 2.0}

    episodes = [episode(t, i != 0) for t in ("flat", "rough") for i in range(100)]
    rows = {(row.case, row.metric): row for row in balance.rows(episodes)}
    assert rows["flat", "upright"].met is False
    assert rows["rough", "upright"].met is True
    assert rows["rough", "max_tilt_deg"].met is None
