"""The safety state machine on the bench: each transition, and what goes to the motors."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.core.bench import GOOD, LIMITS, MAX_TORQUE, SAFETY, Bench, armed, in_fallback, leaning
from unit.core.streams import MS, ROBOT

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.kinematics import wheel_matrix
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.safety import SafetyOutput

NAN, INF = float("nan"), float("inf")
NOT_FINITE = {"rate": (0.0, NAN, 0.0)}
BAD_EFFORTS = [
    (NAN, 0.0, 0.0),
    (0.0, -INF, 0.0),
    (0.0, 0.0, MAX_TORQUE * 1.01),
    (1e308, 1e308, 1e308),
    (),
    (0.1, 0.1),
    (0.1, 0.1, 0.1, 0.1),
]
NOTHING = SafetyOutput(ZERO, "none")


# --- arming ---


def test_disarmed_says_nothing_to_the_motors():
    bench = Bench()
    assert set(bench.run(1.0)) == {NOTHING}
    assert bench.mode is Mode.DISARMED
    assert (bench.state.armed_steps, bench.state.policy_steps) == (0, 0)
    assert bench.state.reason == "ready to be armed"


def test_arming_needs_every_precondition_for_a_while():
    bench = Bench()
    asked = [bench.step(arm=True) for _ in range(int(LIMITS.arming_hold_s * 200))]
    assert set(asked) == {NOTHING}
    assert bench.mode is Mode.DISARMED
    bench.step(arm=True)
    assert bench.mode is Mode.ARMED


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"imu": Reason.NEVER_RECEIVED}, "IMU: nothing was ever received"),
        ({"encoders": Reason.RECOVERING}, "encoders: trusted again only after"),
        ({"estimate": {"attitude": leaning(-11.0)}}, "tilt 11 degrees, arming needs 10 or less"),
        ({"estimate": NOT_FINITE}, "the state estimate is not finite"),
        ({"estimate": {"attitude": (1e200, 1e200, -1e200, 1e200)}}, "not finite"),
        ({"publishers": 2}, "2 publishers on the motor topic"),
        ({"missing": "emergency stop button: no heartbeat"}, "no heartbeat"),
        ({"effort": None}, "the policy is silent"),
        *(({"effort": effort}, "the policy") for effort in BAD_EFFORTS),
    ],
)
def test_arming_is_refused_with_its_cause(missing, words):
    bench = Bench()
    assert set(bench.run(1.0, arm=True, **missing)) == {NOTHING}
    assert bench.mode is Mode.DISARMED
    assert bench.state.reason.startswith("not ready: ")
    assert words in bench.state.reason


def test_a_precondition_that_fails_for_a_moment_starts_the_wait_anew():
    bench = Bench()
    bench.run(LIMITS.arming_hold_s)
    bench.step(imu=Reason.SILENT)
    bench.run(LIMITS.arming_hold_s, arm=True)
    assert bench.mode is Mode.DISARMED
    bench.step(arm=True)
    assert bench.mode is Mode.ARMED


def test_after_arming_the_torque_limit_rises():
    bench = Bench()
    bench.run(LIMITS.arming_hold_s + 0.01)
    full = (MAX_TORQUE, -MAX_TORQUE, MAX_TORQUE)
    given = [bench.step(arm=True, effort=full).effort for _ in range(60)]
    limits = [MAX_TORQUE * min(1.0, 0.25 + 0.75 * step * 0.005 / 0.2) for step in range(60)]
    assert [effort[0] for effort in given] == pytest.approx(limits)
    assert [effort[1] for effort in given] == pytest.approx([-limit for limit in limits])


# --- armed ---


def test_armed_passes_the_policy_on_as_it_is():
    bench = armed()
    assert bench.step() == SafetyOutput(GOOD, "policy")
    assert bench.state.policy_steps == bench.state.armed_steps > 0


@given(st.lists(st.integers(1, 14), max_size=5), st.integers(0, 30))
def test_a_silent_policy_is_replaced_at_the_time_out(waits, last):
    bench = armed()
    for ms in waits:
        output = bench.step(ms, effort=None)
        silent = bench.now_ns - bench.state.watch.command.arrival_ns
        assert (output.driver == "fallback") == (silent >= 15 * MS)
    bench.step(last, effort=None)
    silent = bench.now_ns - bench.state.watch.command.arrival_ns
    assert (bench.mode is Mode.FALLBACK) == (silent >= SAFETY.watch.timeout_ns)


def test_a_slow_policy_has_two_and_a_half_periods():
    slow = type(SAFETY)(SAFETY.fallback, MAX_TORQUE, 50.0)
    assert SAFETY.watch.timeout_ns == 15 * MS
    assert slow.watch.timeout_ns == 50 * MS


@pytest.mark.parametrize("effort", BAD_EFFORTS)
def test_a_bad_command_is_replaced_at_once(effort):
    bench = armed()
    bench.step(effort=effort)
    assert bench.mode is Mode.FALLBACK
    assert bench.state.reason.startswith("the policy")
    assert bench.state.watch.command.effort == GOOD


def test_a_command_that_came_long_ago_does_not_drive():
    """However it is delivered: what counts is when it came."""
    bench = in_fallback()
    for _ in range(200):
        old = PolicyCommand(GOOD, bench.now_ns - 1000 * MS)
        assert bench.step(command=old).driver == "fallback"


# --- fallback ---


def test_the_fallback_balances():
    bench = in_fallback()
    assert bench.step(effort=None).effort == pytest.approx(ZERO, abs=1e-9)
    output = bench.step(effort=None, estimate={"attitude": leaning(3.0)})
    assert output.driver == "fallback"
    about_x, about_y, about_z = wheel_matrix(ROBOT).T @ np.array(output.effort)
    assert about_y > 0.1  # the ball rolls forward, under a body that leans forward
    assert (about_x, about_z) == pytest.approx((0.0, 0.0), abs=1e-2)


def test_the_policy_drives_again_when_it_was_good_for_long_enough():
    bench = in_fallback()
    handback = round(LIMITS.handback_s * 200)
    drivers = [output.driver for output in bench.run(LIMITS.handback_s + 0.05)]
    assert drivers == ["fallback"] * handback + ["policy"] * 10


@pytest.mark.parametrize("hiccup", [{"effort": (NAN,) * 3}, {"ms": 16}])
def test_one_hiccup_puts_the_hand_back_off(hiccup):
    bench = in_fallback()
    bench.run(0.4)
    bench.step(**hiccup)
    bench.run(LIMITS.handback_s - 0.01)
    assert bench.mode is Mode.FALLBACK
    bench.run(0.02)
    assert bench.mode is Mode.ARMED


def test_the_hand_back_makes_no_step_in_torque():
    bench = in_fallback()
    full = (MAX_TORQUE, -MAX_TORQUE, MAX_TORQUE)
    sensed = {"attitude": leaning(2.0), "velocity": (0.1, 0.0, 0.0)}
    given = [output.effort for output in bench.run(0.8, effort=full, estimate=sensed)]
    assert given[-1] == full
    fallback_share = 0.005 / LIMITS.blend_s
    for before, after in pairwise(given):
        for one, other in zip(before, after, strict=True):
            # The blend, and the fallback's slowly growing integral.
            assert abs(other - one) < fallback_share * 2.0 * MAX_TORQUE + 0.02


@pytest.mark.parametrize("begin", [armed, in_fallback])
def test_without_encoders_it_brakes_then_holds_then_gives_up(begin):
    bench, silent = begin(), {"encoders": Reason.SILENT}
    last = {"encoders_ns": bench.now_ns}
    bench.run(LIMITS.encoder_brake_s - 0.01, estimate=last, **silent)
    assert bench.mode is Mode.ARMED, "the policy copes for a while"
    bench.run(0.02, estimate=last, **silent)
    assert bench.mode is Mode.FALLBACK
    assert "encoders: no sample" in bench.state.reason
    bench.run(LIMITS.encoder_hold_s - 0.02, estimate=last, **silent)
    assert bench.mode is Mode.FALLBACK, "a good policy does not get it back"
    bench.run(0.02, estimate=last, **silent)
    assert bench.mode is Mode.FAULT


def test_with_encoders_again_the_policy_gets_it_back():
    bench = armed()
    last = {"encoders_ns": bench.now_ns}
    bench.run(LIMITS.encoder_brake_s + 1.0, estimate=last, encoders=Reason.SILENT)
    assert bench.mode is Mode.FALLBACK
    bench.run(0.1)
    assert bench.mode is Mode.ARMED
