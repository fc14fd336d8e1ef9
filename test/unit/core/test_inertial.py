"""A raw 6-axis IMU on a robot that sways and drives, told apart from gravity by its wheels."""

from collections.abc import Callable
from math import cos, degrees, radians, sin

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ballbot_fusion.core import rotation
from ballbot_fusion.core.drift import Drift, drifted
from ballbot_fusion.core.estimator import Estimate, Estimator
from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import ImuSample, JointSample, Source
from ballbot_fusion.core.snapshot import decode, encode
from ballbot_fusion.core.tick_state import initial_state

MS = 1_000_000
MOUNT = (170.0, 20.0, -75.0)
RAW = RobotConfig.model_validate({"imu": {"orientation": "estimated", "rpy_deg": MOUNT}})
ESTIMATOR = Estimator.of(RAW)
HEIGHT = RAW.imu.position[2]
LEAN, SWAY, SPEED, PACE = 0.05, 1.3, 0.5, 0.9
"""Amplitude [rad] and rate [rad/s] of the tilt, the same of the velocity [m/s]."""
DRIVES_FROM = 1.5
"""Until then it rests, s."""


def state(t: float) -> tuple[float, float, float, float, float]:
    """Tilt, its two derivatives, velocity and its derivative; all smooth at the start."""
    s = max(t - DRIVES_FROM, 0.0)
    tilt = LEAN * (1.0 - cos(SWAY * s))
    rates = LEAN * SWAY * sin(SWAY * s), LEAN * SWAY**2 * cos(SWAY * s) * (s > 0.0)
    return tilt, *rates, SPEED * (1.0 - cos(PACE * s)), SPEED * PACE * sin(PACE * s)


def imu(t: float, stamp_ns: int, bias: Vector) -> ImuSample:
    """What the IMU says at a time; its orientation, which is not to be used, is nonsense."""
    tilt, rate, change, _, speeding = state(t)
    lever = HEIGHT * (cos(tilt) * change - sin(tilt) * rate**2)
    sinking = HEIGHT * (-sin(tilt) * change - cos(tilt) * rate**2)
    attitude = rotation.from_rpy(0.0, tilt, 0.0)
    body = rotation.rotate(rotation.conjugate(attitude), (speeding + lever, 0.0, GRAVITY + sinking))
    turn = (bias[0], bias[1] + rate, bias[2])
    back = rotation.conjugate(rotation.from_rpy(*(radians(angle) for angle in MOUNT)))
    gyro, force = rotation.rotate(back, turn), rotation.rotate(back, body)
    return ImuSample(Source.IMU, stamp_ns, stamp_ns, gyro, force, (1.0, 0.0, 0.0, 0.0))


def wheels(t: float, stamp_ns: int, extra: float = 0.0) -> JointSample:
    """What the wheels say; they turn ``extra`` m/s faster than the ball."""
    _, rate, _, speed, _ = state(t)
    spin = (0.0, (speed + extra) / RAW.ball.radius - rate, 0.0)
    speeds = ESTIMATOR.kinematics.wheel_speeds(spin)
    return JointSample(Source.ENCODERS, stamp_ns, stamp_ns, RAW.joint_names, velocity=speeds)


def driven(
    seconds: float,
    bias: Vector,
    slipping: Callable[[float], float] = lambda _: 0.0,
    each: Callable[[float, Estimate], None] = lambda *_: None,
) -> Estimate:
    """Let time pass: the IMU at 500 Hz, the wheels at 250 Hz, the motors driving after the rest."""
    estimate = Estimate()
    for ms in range(0, round(seconds * 1e3), 2):
        t, now = ms * 1e-3, ms * MS
        effort = (0.1, 0.0, 0.0) if t > DRIVES_FROM else (0.0, 0.0, 0.0)
        told = JointSample(Source.MOTORS, now, now, RAW.joint_names, effort=effort)
        estimate = ESTIMATOR.with_motors(estimate, told, now)
        estimate = ESTIMATOR.with_imu(estimate, imu(t, now, bias), now)
        if ms % 4 == 0:
            estimate = ESTIMATOR.with_encoders(estimate, wheels(t, now, slipping(t)), now)
        each(t, estimate)
    return estimate


rates = st.floats(-0.02, 0.02)
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""A drive takes a second: looking for the simplest that fails would take minutes."""


@settings(max_examples=6, deadline=None, phases=NO_SHRINKING)
@given(st.tuples(rates, rates, rates))
def test_tilt_and_bias_are_found_while_it_accelerates(bias):
    worst = [0.0]

    def each(t: float, estimate: Estimate) -> None:
        if t > 1.0:
            worst[0] = max(worst[0], abs(estimate.tilt - state(t)[0]))

    estimate = driven(6.0, bias, each=each)
    assert degrees(worst[0]) < 0.25
    assert estimate.inertial.bias[:2] == pytest.approx(bias[:2], abs=1e-3)
    # About the vertical, only rest shows it: after 1.3 s at a time constant of 0.5 s.
    assert estimate.inertial.bias[2] == pytest.approx(bias[2], rel=0.1, abs=1e-4)
    assert estimate.velocity[0] == pytest.approx(state(6.0)[3], abs=0.01)


def test_the_bias_is_not_learned_from_a_robot_that_turns_on_the_spot():
    estimate = Estimate()
    for ms in range(0, 2000, 2):
        turned = imu(0.0, ms * MS, (0.0, 0.0, 0.3))
        estimate = ESTIMATOR.with_imu(estimate, turned, ms * MS)
        if ms % 4 == 0:
            estimate = ESTIMATOR.with_encoders(estimate, wheels(0.0, ms * MS), ms * MS)
    assert estimate.inertial.bias[2] == pytest.approx(0.0, abs=1e-3)
    assert estimate.yaw == pytest.approx(0.6, abs=0.02)


@pytest.mark.parametrize("extra", [0.6, -1.5, 6.0])
def test_wheels_that_slip_do_not_count(extra):
    def slipping(t: float) -> float:
        return extra if 4.0 < t < 4.4 else 0.0

    errors = []

    def each(t: float, estimate: Estimate) -> None:
        if t > 2.0:
            errors.append(abs(estimate.velocity[0] - state(t)[3]))

    estimate = driven(6.0, (0.01, -0.01, 0.0), slipping, each)
    assert max(errors) < 0.05
    assert estimate.tilt == pytest.approx(state(6.0)[0], abs=radians(0.3))


def test_wheels_that_go_on_contradicting_are_believed_again():
    estimate = driven(6.0, (0.0, 0.0, 0.0), lambda t: 0.6 if t > 4.0 else 0.0)
    assert estimate.velocity[0] == pytest.approx(state(5.998)[3] + 0.6, abs=0.05)


def test_without_wheels_it_stays_near_the_accelerometer():
    estimate = Estimate()
    for ms in range(0, 20_000, 2):
        sample = imu(0.0, ms * MS, (0.001, 0.0, 0.0))
        estimate = ESTIMATOR.with_imu(estimate, sample, ms * MS)
    assert degrees(estimate.tilt) < 0.3


def test_a_snapshot_holds_it():
    estimate = driven(0.5, (0.01, 0.0, -0.02))
    before = initial_state(0, 0)._replace(estimate=estimate)
    assert decode(encode(before)).state.estimate == estimate


def test_odometry_knows_that_it_drifts():
    drift = Drift()
    moving = Estimate(velocity=(0.3, 0.4, 0.0))
    for _ in range(2000):
        drift = drifted(drift, moving, 0.005)
    assert drift.way == pytest.approx(5.0)
    # Two percent of the way, and a little more for heading and bumps.
    assert 0.1**2 < drift.along < 0.15**2
    assert drifted(drift, Estimate(), 10.0).yaw > drift.yaw


@settings(max_examples=5, deadline=None, phases=NO_SHRINKING)
@given(st.tuples(*[st.floats(-0.3, 0.3)] * 3))
def test_a_stored_bias_is_taken_off_before_all_else(bias):
    """In the IMU's own axes; as large as it may be, where nothing could be learned at rest."""
    base = rotation.from_rpy(*(radians(angle) for angle in MOUNT))
    values = RAW.model_dump()
    values["imu"]["gyro_bias"] = rotation.rotate(rotation.conjugate(base), bias)
    for orientation in ("estimated", "as_sent"):
        values["imu"]["orientation"] = orientation
        estimator, estimate = Estimator.of(RobotConfig.model_validate(values)), Estimate()
        for ms in range(0, 1000, 2):
            estimate = estimator.with_imu(estimate, imu(0.0, ms * MS, bias), ms * MS)
        assert estimate.rate == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)
    assert estimate.inertial.bias == (0.0, 0.0, 0.0)
