"""Whatever comes in, in whatever order: what must never go to the motors."""

from math import isfinite

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from unit.core.bench import GOOD, LIMITS, MAX_TORQUE, SAFETY, Bench, armed, in_fallback, leaning
from unit.core.streams import MS

from ballbot_fusion.core.estimator import ZERO, Estimate
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.safety import Safety, SafetyInputs
from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.samples import Source

anything = st.floats()
small = st.floats(-0.3, 0.3)
allowed = st.floats(-MAX_TORQUE, MAX_TORQUE)
good_efforts = st.tuples(allowed, allowed, allowed)
bad_efforts = st.lists(anything, max_size=5).map(tuple).filter(SAFETY.watch.impossible)
reasons = st.sampled_from([Reason.OK] * 4 + [Reason.SILENT, Reason.RECOVERING])


def vectors(values: st.SearchStrategy, length: int = 3) -> st.SearchStrategy:
    return st.tuples(*[values] * length)


plausible = st.builds(
    dict,
    attitude=st.floats(-12.0, 12.0).map(leaning),
    rate=vectors(small),
    velocity=vectors(small),
)
wild = st.fixed_dictionaries(
    {},
    optional={
        "attitude": vectors(anything, 4),
        "rate": vectors(anything),
        "velocity": vectors(anything),
        "imu_ns": st.integers(-1, 10**19),
        "encoders_ns": st.integers(-1, 10**19),
    },
)
events = st.sampled_from(
    [{}] * 12 + [{"e_stop": True}, {"missing": "a button"}, {"disarm": True}, {"publishers": 2}]
)
steps = st.fixed_dictionaries(
    {
        "ms": st.sampled_from([5.0] * 6 + [0.0, 1.0, 20.0, 80.0, -30.0]),
        "effort": st.one_of(good_efforts, good_efforts, st.none(), bad_efforts),
        "estimate": st.one_of(plausible, plausible, plausible, wild),
        "imu": reasons,
        "encoders": reasons,
        "arm": st.booleans(),
        "hold": st.sampled_from([1, 1, 1, 70, 110]),
        "event": events,
    }
)
beginnings = st.sampled_from([Bench, armed, in_fallback])


def checked(bench: Bench, **changes: object) -> None:
    """Step, then check all that must hold after any step."""
    before = bench.state
    output = bench.step(**changes)
    state, after = bench.state, bench.mode
    assert all(map(isfinite, output.effort))
    assert max(map(abs, output.effort)) <= MAX_TORQUE
    assert state.effort == output.effort
    if after is Mode.DISARMED or changes.get("e_stop") or changes.get("missing"):
        assert output.effort == ZERO
    if before.mode is Mode.FAULT and not changes.get("disarm"):
        assert after is Mode.FAULT
    if after is Mode.FAULT:
        assert output.driver == "none"
        for now, last in zip(output.effort, before.effort, strict=True):
            assert abs(now) <= abs(last)
    passed_s = max(bench.now_ns - before.step_ns, 0) * 1e-9
    most = MAX_TORQUE * passed_s / LIMITS.torque_slew_s
    if after is Mode.ARMED:
        assert bench.now_ns - state.watch.command.arrival_ns < SAFETY.watch.timeout_ns
        assert not SAFETY.watch.impossible(state.watch.command.effort)
        if not state.handed_back:
            limit = 0.25 + 0.75 * (bench.now_ns - state.since_ns) * 1e-9 / LIMITS.torque_ramp_s
            for now, last in zip(output.effort, before.effort, strict=True):
                # A ramp that begins again (time went back) is come down to, not leapt down to.
                allowed = max(MAX_TORQUE * limit, abs(last) - most)
                assert abs(now) <= allowed * (1.0 + 1e-12)
    if after in (Mode.ARMED, Mode.FALLBACK):
        for now, last in zip(output.effort, before.effort, strict=True):
            assert abs(now - last) <= most + 1e-9
    if before.mode is Mode.DISARMED:
        assert after is not Mode.FALLBACK
    assert (output.driver == "policy") == (after is Mode.ARMED)


_upright = {"attitude": leaning(0.0), "rate": ZERO, "velocity": ZERO}
_driven = {"ms": 5.0, "effort": (0.0, 0.0, 1.0), "estimate": _upright, "hold": 70, "arm": True}
_well = {"imu": Reason.OK, "encoders": Reason.OK, "event": {}}
_time_goes_back = {"ms": -30.0, "effort": ZERO, "estimate": {}, "hold": 1, "arm": False}


@settings(max_examples=100)
@given(beginnings, st.lists(steps, max_size=8))
@example(Bench, [_driven | _well, _time_goes_back | _well])
def test_any_sequence_of_inputs_keeps_the_motors_safe(begin, sequence):
    bench = begin()
    for entry in sequence:
        changes = dict(entry)
        event, hold = changes.pop("event"), changes.pop("hold")
        for _ in range(hold):
            checked(bench, **changes, **event)


@given(beginnings, st.lists(bad_efforts, min_size=1, max_size=8))
def test_a_bad_command_never_reaches_the_motors(begin, efforts):
    """The motors get exactly what they would get from a policy that says nothing."""
    spoilt, silent = begin(), begin()
    spoilt.step(effort=efforts[0])
    silent.step(20, effort=None)
    silent.now_ns = spoilt.now_ns
    for effort in efforts:
        output = spoilt.step(effort=effort)
        assert output.driver != "policy"
        assert output.effort == silent.step(effort=None).effort


@given(beginnings, st.floats(1.0, 100.0))
def test_the_torque_is_zero_once_it_is_ramped_down(begin, period_ms):
    bench = begin()
    fallen = {"attitude": leaning(45.0)}
    bench.step(estimate=fallen)
    since = bench.now_ns
    while bench.now_ns - since < LIMITS.ramp_down_s * 1e9:
        bench.step(period_ms, estimate=fallen)
    assert bench.step(period_ms, estimate=fallen).effort == ZERO
    assert bench.mode in (Mode.FAULT, Mode.DISARMED)


@given(st.integers(-1000 * MS, 1000 * MS), st.integers(0, 200 * MS))
def test_the_driver_is_never_older_than_the_time_out(arrival, wait):
    """Whenever the newest command came, and whenever this process looks at it."""
    bench = armed()
    bench.now_ns += wait
    arrival_ns = bench.now_ns + min(arrival, 0)
    inputs = SafetyInputs(
        Estimate(imu_ns=bench.now_ns, encoders_ns=bench.now_ns),
        {Source.IMU: Reason.OK, Source.ENCODERS: Reason.OK},
        PolicyCommand(GOOD, arrival_ns),
    )
    state, output = SAFETY.step(bench.state, inputs, bench.now_ns)
    fresh = bench.now_ns - arrival_ns < SAFETY.watch.timeout_ns
    assert output.driver == ("policy" if fresh else "fallback")
    assert (state.mode is Mode.ARMED) == fresh


TIMES = sorted(name for name in SafetySettings.model_fields if name.endswith("_s"))


@pytest.mark.parametrize("name", TIMES)
@pytest.mark.parametrize("seconds", [5e-324, 0.1, 3600.0, 1e300])
def test_no_time_that_may_be_set_makes_nonsense_of_a_torque(name: str, seconds: float) -> None:
    """Limits may be set while it balances; one that overflows gave NaN, or ended the node."""
    bench, fallen = armed(), {"attitude": leaning(45.0)}
    try:
        limits = SafetySettings(**{name: seconds})
    except ValidationError:
        assert seconds > 0.1
        return
    bench.safety = Safety(SAFETY.fallback, MAX_TORQUE, 200.0, limits)
    outputs = [*bench.run(0.1), *bench.run(0.1, effort=None), *bench.run(0.7)]
    outputs += bench.run(0.1, estimate=fallen)
    assert bench.mode is Mode.FAULT
    assert all(isfinite(torque) for output in outputs for torque in output.effort)
