"""What a tick observes, what it masks, and that nothing but its arguments matters."""

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.streams import (
    EPOCH_NS,
    MS,
    PERIOD_NS,
    ROBOT,
    SENSING,
    START_NS,
    Rig,
    command,
    depth,
    encoders,
    imu,
    masked,
    motors,
    start,
    ticks,
    warm,
)

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import from_rpy, multiply
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.sensing import NEEDED, Sensing
from ballbot_fusion.core.spec import SEED_KEYS, ObservationSpec
from ballbot_fusion.core.tick import VEL_BRIDGE_NS, tick

SPEC = SENSING.spec
SENSORS = tuple(Rig().sources)
ALWAYS_KNOWN = {"command", "slope", "image_age"}


def reason_of(result, key: str) -> Reason:
    return result.reasons[SPEC.keys.index(key)]


def at(state, ms: float, samples=(), sensing=SENSING):
    """One tick so long after ``state``."""
    return tick(sensing, state, samples, state.now_ns + round(ms * MS))


def taken(state, ms: float) -> dict[str, int]:
    """Stamp and arrival of a sample taken and received so long after ``state``."""
    now_ns = state.now_ns + round(ms * MS)
    return {"stamp_ns": now_ns + EPOCH_NS, "arrival_ns": now_ns}


# --- masks ---


def test_before_anything_came_only_what_is_always_known_is_trusted():
    result = at(start(), 5)
    for entry, trusted in zip(SPEC, result.mask, strict=True):
        assert bool(trusted) == (entry.key in ALWAYS_KNOWN)
        expected = Reason.OK if entry.key in ALWAYS_KNOWN else Reason.NEVER_RECEIVED
        assert reason_of(result, entry.key) is expected
    assert result.mask.dtype == np.float32
    assert set(result.sources.values()) == {Reason.NEVER_RECEIVED}
    assert result.observation["image_age"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("missing", SENSORS)
def test_a_sensor_that_never_spoke_masks_what_is_made_of_it(missing):
    others = tuple(source for source in SENSORS if source is not missing)
    *_, last = ticks(Rig(sources=others), 0.3)
    for key, sources in NEEDED.items():
        if key in SPEC and key != "actions":
            expected = Reason.NEVER_RECEIVED if missing in sources else Reason.OK
            assert reason_of(last, key) is expected


@pytest.mark.parametrize("dead", SENSORS)
def test_a_sensor_that_dies_masks_and_comes_back(dead):
    others = tuple(source for source in SENSORS if source is not dead)
    *_, last = ticks(Rig(sources=others), 0.3, warm())
    gone = {key for key, sources in NEEDED.items() if dead in sources and key in SPEC}
    assert {e.key for e, m in zip(SPEC, last.mask, strict=True) if not m} == gone | {"actions"}
    for key in gone:
        assert reason_of(last, key) is Reason.SILENT
    *_, back = ticks(Rig(), 0.3, last.state)
    assert masked([back]) == {"actions": {Reason.NEVER_RECEIVED}}


def test_velocity_outlives_the_imu_for_40_ms():
    state = warm()
    lasting = state.estimate.imu_ns + VEL_BRIDGE_NS - state.now_ns
    for after_ns, expected in ((lasting - 1, Reason.OK), (lasting, Reason.SILENT)):
        when = state.now_ns + after_ns
        fed = tick(SENSING, state, [encoders(when + EPOCH_NS, when)], when)
        assert reason_of(fed, "orientation") is Reason.SILENT
        assert reason_of(fed, "motor_state") is Reason.OK
        assert reason_of(fed, "vel") is expected


def test_the_spec_decides_what_is_observed_and_in_which_order():
    sensing = Sensing(ObservationSpec.of(SEED_KEYS[::-1]), ROBOT)
    result = at(start(), 5, sensing=sensing)
    assert tuple(result.observation) == SEED_KEYS[::-1]
    assert len(result.mask) == len(result.reasons) == len(SEED_KEYS)


# --- values ---


def test_orientation_is_the_tilt_without_the_heading():
    state = warm()
    leaning = multiply(from_rpy(0.0, 0.0, 2.0), from_rpy(0.1, 0.0, 0.0))
    result = at(state, 1, [imu(**taken(state, 1), orientation=leaning, angular_velocity=(0,) * 3)])
    assert result.observation["orientation"] == pytest.approx((0.1, 0.0, 0.0), abs=1e-6)
    assert result.estimate.yaw == pytest.approx(2.0)


def test_wheels_are_read_by_name_and_scaled():
    state, names = warm(), ROBOT.joint_names
    speeds, torques = (3.0, nan, 2.0, 1.0), (1.4, 0.0, 0.7, 3.5)
    mixed = {"names": (names[2], "head", names[1], names[0])}
    result = at(state, 1, [
        encoders(**taken(state, 1), **mixed, velocity=speeds),
        motors(**taken(state, 1), **mixed, effort=torques),
    ])  # fmt: skip
    assert result.observation["motor_state"] == pytest.approx((0.1, 0.2, 0.3))
    assert result.observation["actions"] == pytest.approx((1.0, 0.2, 0.4))
    assert result.mask.all()


def test_a_command_is_followed_within_its_limits_and_forgotten():
    state = at(warm(), 1, [command(warm().now_ns + MS, (5.0, 0.0, 0.0))]).state
    for _ in range(40):
        result = at(state, 5)
        rise = result.state.command[0] - state.command[0]
        assert 0.0 < rise <= SENSING.limits.max_acceleration * 0.005 + 1e-12
        state = result.state
    assert at(state, 300).state.command[0] < state.command[0]


def test_images_are_new_once_and_age():
    state = warm()
    frame = depth(Source.CAMERA_1, **taken(state, 1), image=np.full((64, 64), 1500, np.uint16))
    fresh = at(state, 1, [frame])
    assert fresh.fresh == {"rgbd_1"}
    assert fresh.observation["rgbd_1"] == pytest.approx(0.75)
    held = at(fresh.state, 30)
    assert held.fresh == frozenset()
    assert held.observation["rgbd_1"] is fresh.observation["rgbd_1"]
    assert held.observation["image_age"][1] == pytest.approx(0.03)


# --- whatever comes in ---

floats = st.one_of(st.floats(), st.floats(-40.0, 40.0))
triples = st.tuples(floats, floats, floats)
units = st.sampled_from([None, (0.0, 0.0, 0.0, 1.0), (0.0, 1.0, 0.0, 0.0), (0.0,) * 4, (nan,) * 4])
pixels = st.sampled_from([0, 1, 900, 65535])
delays = st.integers(-30, 600).map(lambda ms: ms * MS)
spoilt = st.one_of(
    st.builds(lambda w, a, q: (imu, {"angular_velocity": w, "linear_acceleration": a,
                                     "orientation": q}), triples, triples, units),
    st.builds(lambda v: (encoders, {"velocity": v}), triples),
    st.builds(lambda t: (motors, {"effort": t}), triples),
    st.builds(lambda v: (lambda stamp, arrival: command(arrival, v), {}), triples),
    st.builds(lambda p: (lambda *times: depth(Source.CAMERA_0, *times,
                         image=np.full((64, 64), p, np.uint16)), {}), pixels),
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 50), delays, spoilt), max_size=20))
def test_any_samples_give_an_observation_within_the_spec(entries):
    state = warm(seconds=0.05)
    for wait_ms, delay_ns, (make, changes) in entries:
        now_ns = state.now_ns + wait_ms * MS
        sample = replace(make(now_ns + EPOCH_NS - delay_ns, now_ns), **changes)
        result = tick(SENSING, state, [sample], now_ns)
        state = result.state
        assert tuple(result.observation) == SPEC.keys
        for entry in SPEC:
            value = result.observation[entry.key]
            assert (value.shape, value.dtype) == (entry.shape, np.float32)
            assert np.isfinite(value).all()
            assert value.min() >= np.float32(entry.low)
            assert value.max() <= np.float32(entry.high)
        assert all((m == 1.0) == (r is Reason.OK)
                   for m, r in zip(result.mask, result.reasons, strict=True))  # fmt: skip
        assert all(abs(number) < inf for number in result.estimate.attitude)


def test_an_echo_of_torques_that_no_motor_has_spoils_nothing_for_ever():
    """What is level is learned from it: an infinity in there would never leave again."""
    state = warm()
    for number in range(40):
        samples = Rig().between(state.now_ns, state.now_ns + PERIOD_NS)
        now_ns = state.now_ns + PERIOD_NS
        samples.append(motors(now_ns, now_ns, effort=((-1.0) ** number * 1e308, 1e308, 1e308)))
        result = tick(SENSING, state, samples, now_ns)
        state = result.state
        assert all(np.isfinite(values).all() for values in result.observation.values())
        assert np.isfinite(result.estimate.attitude).all()


def test_the_same_samples_give_the_same_ticks():
    one, other = (list(ticks(Rig(), 0.3)) for _ in range(2))
    fresh = Sensing(SPEC, RobotConfig())
    third = list(ticks(Rig(), 0.3, sensing=fresh))
    for results in zip(one, other, third, strict=True):
        first, *rest = (
            (r.mask.tobytes(), r.reasons, r.estimate, [v.tobytes() for v in r.observation.values()])
            for r in results
        )
        assert all(numbers == first for numbers in rest)


def test_time_that_runs_backward_forgets_what_was_sensed():
    again = tick(SENSING, warm(), [], START_NS)
    first = tick(SENSING, start(), [], START_NS)
    assert again.reasons == first.reasons
    assert again.estimate == first.estimate
    assert again.state.images == (None, None)
    *_, last = ticks(Rig(), 0.3, again.state, period_ns=PERIOD_NS)
    assert masked([last]) == {"actions": {Reason.NEVER_RECEIVED}}
