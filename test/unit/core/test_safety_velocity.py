"""Safety over motors that take velocities: setpoints that are torques, braking, lost encoders."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.bench import GOOD, LIMITS, MAX_TORQUE, SAFETY, Bench, leaning
from unit.core.streams import MS, ROBOT
from unit.core.test_safety_properties import beginnings, steps

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot_drivers import Motors
from ballbot_fusion.core.velocity_loop import VelocityLoop

LOOP = VelocityLoop.of(ROBOT.model_copy(update={"motors": Motors(velocity_gain=0.4)}))
SAFE = replace(SAFETY, velocity=LOOP)
TURNING = {"wheel_speeds": (5.0, -3.0, 2.0)}
LOST = {"encoders": Reason.SILENT}


def driving(**changes: object) -> Bench:
    """Armed, with turning wheels, for long enough that the whole torque is allowed."""
    bench = Bench(safety=SAFE)
    bench.run(LIMITS.arming_hold_s + 0.01)
    bench.step(arm=True)
    bench.run(LIMITS.torque_ramp_s + 0.01, estimate=TURNING, **changes)
    assert bench.mode is Mode.ARMED
    return bench


def test_the_policys_torque_is_a_setpoint_about_the_measured_speed():
    output = driving().step(estimate=TURNING)
    assert output.effort == pytest.approx(GOOD)
    assert output.setpoint == pytest.approx((5.0 + 0.5, -3.0 - 0.25, 2.0 + 0.75))


def test_no_torque_is_the_measured_speed_while_it_is_armed():
    bench = driving()
    bench.run(0.1, effort=ZERO, estimate=TURNING)
    assert bench.state.setpoint == pytest.approx(TURNING["wheel_speeds"])


@pytest.mark.parametrize("stop", [{"e_stop": True}, {"missing": "a button"}, {"disarm": True}])
def test_who_stops_it_brakes_it_at_once(stop):
    bench = driving()
    for _ in range(20):
        output = bench.step(estimate=TURNING, **stop)
        assert (output.effort, output.setpoint) == (ZERO, ZERO)
        stop = {}


def test_disarmed_it_brakes():
    bench = Bench(safety=SAFE)
    assert {entry.setpoint for entry in bench.run(1.0, estimate=TURNING)} == {ZERO}


def test_a_fault_walks_from_the_setpoint_to_braking_and_stays():
    bench = driving()
    told = [bench.state.setpoint]
    for _ in range(20):
        told.append(bench.step(ms=1.0, estimate=TURNING | {"attitude": leaning(40.0)}).setpoint)
    assert bench.mode is Mode.FAULT
    assert told[-1] == ZERO, "within ramp_down_s"
    assert all(max(map(abs, b)) <= max(map(abs, a)) for a, b in pairwise(told))
    assert {entry.setpoint for entry in bench.run(1.0, estimate=TURNING)} == {ZERO}


def test_lost_encoders_are_bridged_by_what_the_speeds_must_be_and_then_a_fault():
    bench = driving()
    lost_ns = bench.now_ns
    frozen = TURNING | {"encoders_ns": lost_ns, "velocity": (0.5, 0.0, 0.0)}
    must = LOOP.speeds(bench.inputs(estimate=frozen).estimate, measured=False)
    longest_s = LIMITS.encoder_brake_s + LIMITS.encoder_hold_s
    while bench.now_ns - lost_ns < longest_s * 1e9 - 5 * MS:
        output = bench.step(estimate=frozen, **LOST)
        assert bench.mode in (Mode.ARMED, Mode.FALLBACK)
        assert output.setpoint == pytest.approx(LOOP.setpoints(output.effort, must))
    assert bench.mode is Mode.FALLBACK, "nobody drives by dead reckoning"
    bench.step(estimate=frozen, **LOST)
    assert bench.mode is Mode.FAULT
    assert bench.state.reason.startswith("encoders: ")
    bench.run(LIMITS.ramp_down_s + 0.005, estimate=frozen, **LOST)
    assert bench.state.setpoint == ZERO


def test_speeds_that_are_no_numbers_are_a_fault_and_never_sent():
    bench = driving()
    output = bench.step(estimate={"wheel_speeds": (float("nan"), 0.0, 0.0)})
    assert bench.mode is Mode.FAULT
    assert max(map(abs, output.setpoint)) < 10.0


@settings(max_examples=50)
@given(st.lists(steps, min_size=5, max_size=40), beginnings)
def test_no_input_makes_a_setpoint_that_pulls_harder_than_was_allowed(inputs, begin):
    """What the driver gives at the speed that safety went by is never more than the torque."""
    bench = begin()
    bench.safety = SAFE
    for entry in inputs:
        asked = {k: v for k, v in entry.items() if k not in ("hold", "event")} | entry["event"]
        output = bench.step(**asked)
        assert max(map(abs, output.setpoint)) <= LOOP.max_velocity
        assert max(map(abs, output.effort)) <= MAX_TORQUE
        if output.driver == "none":
            continue
        measured = asked["encoders"] is Reason.OK
        speeds = LOOP.speeds(bench.inputs(estimate=asked["estimate"]).estimate, measured=measured)
        assert LOOP.efforts(output.setpoint, speeds) == pytest.approx(output.effort, abs=1e-9)
