from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.evaluation.scenario import LQR, Scenario, build
from ballbot_fusion.evaluation.script import Order, Push, ordered

AHEAD, BACK = (0.3, 0.0, 0.0), (-0.2, 0.0, 0.1)


@settings(deadline=None)
@given(st.floats(0.0, 100.0))
def test_the_order_that_began_last_holds(seconds: float) -> None:
    orders = (Order(1.0, AHEAD), Order(6.0, BACK))
    expected = (0.0, 0.0, 0.0) if seconds < 1.0 else AHEAD if seconds < 6.0 else BACK
    assert ordered(orders, seconds) == expected


@pytest.mark.parametrize("start_s", [-0.1, inf, nan])
def test_times_that_make_no_sense_are_refused(start_s: float) -> None:
    with pytest.raises(ValueError, match="expected a finite time of 0 or more"):
        Order(start_s, AHEAD)
    with pytest.raises(ValueError, match="A push starts at"):
        Push(start_s, (1.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="A push lasts 0"):
        Push(0.0, (1.0, 0.0, 0.0), 0.0)


def test_a_scenario_refuses_what_contradicts_itself() -> None:
    with pytest.raises(ValueError, match="orders and a constant velocity"):
        Scenario(LQR, velocity=AHEAD, orders=(Order(0.0, AHEAD),))
    with pytest.raises(ValueError, match="Unknown ablation 'eyes'; choose one of mask, sight"):
        Scenario(LQR, ablate="eyes")


def test_orders_reach_the_policy_when_they_begin() -> None:
    scenario = Scenario(LQR, cameras=False, orders=(Order(0.0, AHEAD), Order(0.3, BACK)))
    loop, heard = build(scenario).loop, []
    loop.run(0.5, lambda tick: heard.append((loop.plant.time_ns, tick.state.command)))
    released_ns = loop.log.released_ns
    assert released_ns is not None
    driven = [((ns - released_ns) * 1e-9, command[0]) for ns, command in heard]
    assert all(vx == 0.0 for seconds, vx in driven if seconds < 0.0)
    rising = [vx for seconds, vx in driven if 0.05 <= seconds < 0.3]
    falling = [vx for seconds, vx in driven if seconds >= 0.35]
    assert rising == sorted(rising)
    assert rising[-1] > 0.1
    assert falling == sorted(falling, reverse=True)


def test_a_push_acts_when_and_for_as_long_as_planned() -> None:
    """Two pushes; the force on the base in every period, by the time since release."""
    scenario = Scenario(
        LQR, cameras=False, pushes=(Push(0.1, (9.0, 0.0, 0.0), 0.05), Push(0.3, (0.0, -7.0, 0.0)))
    )
    loop, felt = build(scenario).loop, []
    simulation = loop.plant.simulation
    force = simulation.data.xfrc_applied[simulation.model.body("base_link").id]
    loop.run(0.5, lambda _: felt.append((loop.plant.time_ns, force[:2].tolist())))
    released_ns = loop.log.released_ns
    assert released_ns is not None
    after = {round((ns - released_ns) * 1e-6): pushed for ns, pushed in felt}  # ms
    assert all(pushed == [0.0, 0.0] for ms, pushed in after.items() if ms <= 100)
    assert all(after[ms] == [9.0, 0.0] for ms in range(105, 151, 5))
    assert all(after[ms] == [0.0, 0.0] for ms in range(155, 301, 5))
    assert all(after[ms] == [0.0, -7.0] for ms in range(305, 401, 5))
    assert after[410] == [0.0, 0.0]
