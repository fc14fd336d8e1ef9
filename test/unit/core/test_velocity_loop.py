"""Setpoints for drivers with a proportional velocity loop: what torque comes of them, and signs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core import rotation
from ballbot_fusion.core.checks import check_setpoints
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import JointSample, Source
from ballbot_fusion.core.velocity_loop import VelocityLoop
from ballbot_fusion.core.wheel_joints import WheelJoints

NAMES = ("front", "left", "right")
ROBOT = RobotConfig.model_validate(
    {
        "wheels": {"driver_names": NAMES},
        "encoders": {"gear": 19.0, "direction": (1, 1, -1)},
        "motors": {"direction": (-1, 1, 1), "units_per_nm": 4.0, "velocity_gain": 0.4},
    }
)
LOOP = VelocityLoop.of(ROBOT)
JOINTS = WheelJoints.of(ROBOT)
LIMIT, TORQUE = ROBOT.wheels.max_velocity, ROBOT.wheels.max_torque
efforts = st.tuples(*[st.floats(-TORQUE, TORQUE)] * 3)
slow = st.tuples(*[st.floats(-40.0, 40.0)] * 3)
any_speed = st.tuples(*[st.floats(-500.0, 500.0)] * 3)


@given(efforts, slow)
def test_a_driver_that_knows_the_same_speed_gives_the_torque(effort, speed):
    assert LOOP.efforts(LOOP.setpoints(effort, speed), speed) == pytest.approx(effort, abs=1e-9)


@given(efforts, any_speed)
def test_neither_setpoint_nor_torque_leaves_its_limit(effort, speed):
    told = LOOP.setpoints(effort, speed)
    given_ = LOOP.efforts(told, speed)
    assert max(map(abs, told)) <= LIMIT
    assert max(map(abs, given_)) <= TORQUE
    for want, got, turning in zip(effort, given_, speed, strict=True):
        if abs(turning) <= LIMIT:  # saturated: less of what was asked for, never the opposite
            assert -1e-9 <= got * np.sign(want) <= abs(want) + 1e-9


@given(any_speed)
def test_zero_brakes_whatever_the_speed(speed):
    for torque, turning in zip(LOOP.efforts((0.0, 0.0, 0.0), speed), speed, strict=True):
        assert torque * turning <= 0.0


@given(efforts, slow, slow)
def test_a_speed_from_before_acts_as_inertia(effort, before, now):
    """The torque is short by the gain times what the wheel gained since."""
    gained = np.subtract(now, before)
    found = LOOP.efforts(LOOP.setpoints(effort, before), now)
    assert found == pytest.approx(np.clip(effort - LOOP.gain * gained, -TORQUE, TORQUE), abs=1e-9)


@given(slow)
def test_a_driver_hears_of_its_joints_in_its_order_and_signs(speed):
    told = JOINTS.commanded_speeds(speed)
    assert told == pytest.approx((-19.0 * speed[0], 19.0 * speed[1], 19.0 * speed[2]))
    heard = JointSample(Source.MOTORS, 0, 0, (*NAMES[::-1], "mast"), velocity=(*told[::-1], 9.0))
    assert JOINTS.asked_speeds(heard) == pytest.approx(speed)


@given(
    st.tuples(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4), st.floats(-3.0, 3.0)),
    st.tuples(*[st.floats(-2.0, 2.0)] * 3),
    st.tuples(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0)),
)
def test_expected_speeds_are_those_that_say_so_of_the_ball(lean, rate, velocity):
    estimate = Estimate(rotation.from_rpy(*lean), rate, (*velocity, 0.0))
    speeds = LOOP.speeds(estimate, measured=False)
    found = LOOP.kinematics.ball_velocity(speeds, rate, estimate.tilt_rotation)
    assert found == pytest.approx((*velocity, 0.0), abs=1e-9)
    known = estimate._replace(wheel_speeds=(1.0, 2.0, 3.0))
    assert LOOP.speeds(known, measured=True) == (1.0, 2.0, 3.0)


def test_a_robot_file_without_the_gain_is_refused():
    with pytest.raises(ValueError, match=r"no motors\.velocity_gain\. Measure it"):
        VelocityLoop.of(RobotConfig())
    with pytest.raises(ValueError, match="velocity_gain"):
        RobotConfig.model_validate({"motors": {"velocity_gain": 0.0}})


def test_a_gain_that_nobody_set_leaves_robots_their_old_names():
    """Kept results are found by them."""
    moved = RobotConfig.model_validate({"motors": {"units_per_nm": 2.0}})
    assert "velocity_gain" not in repr(moved)
    assert "velocity_gain=0.4" in repr(ROBOT)


GOOD = JointSample(Source.MOTORS, 0, 0, NAMES, velocity=(1.0, -2.0, 3.0))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, Reason.OK),
        ({"names": ("front", "left", "left")}, Reason.WRONG_NAMES),
        ({"velocity": (1.0, 2.0)}, Reason.WRONG_SHAPE),
        ({"velocity": (), "effort": (1.0, 2.0, 3.0)}, Reason.WRONG_SHAPE),
        ({"velocity": (1.0, float("nan"), 3.0)}, Reason.NON_FINITE),
        ({"velocity": (1.0, 1e9, 3.0)}, Reason.OUT_OF_RANGE),
        ({"velocity": (500.0 * 19.0, 0.0, 0.0)}, Reason.OK),
    ],
)
def test_what_a_driver_is_told_is_checked(changes, reason):
    assert check_setpoints(replace(GOOD, **changes), NAMES, ROBOT.encoders) is reason
