from math import cos, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core import rotation
from ballbot_fusion.core.kinematics import BallKinematics, wheel_matrix
from ballbot_fusion.core.robot import RobotConfig, Wheels

number = st.floats(-20.0, 20.0)
vector = st.tuples(number, number, number)
tilts = st.builds(rotation.from_rpy, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.just(0.0))
robots = st.builds(
    lambda zenith, turn: RobotConfig(
        wheels=Wheels(zenith_deg=zenith, azimuth_deg=(turn, turn + 120.0, turn + 240.0))
    ),
    st.floats(20.0, 70.0),
    st.floats(-180.0, 180.0),
)
DEFAULT = RobotConfig()
BALL = BallKinematics.of(DEFAULT)


@given(robots, vector)
def test_wheel_speeds_and_ball_spin_are_inverse(robot, spin):
    ball = BallKinematics.of(robot)
    np.testing.assert_allclose(ball.ball_spin(ball.wheel_speeds(spin)), spin, atol=1e-9)


@given(robots, vector)
def test_wheel_torques_put_the_torque_on_the_ball(robot, torque):
    wheels = BallKinematics.of(robot).wheel_torques(torque)
    np.testing.assert_allclose(wheel_matrix(robot).T @ wheels, torque, atol=1e-9)


@given(vector, vector)
def test_power_in_is_power_out(torque, spin):
    at_the_ball = np.dot(torque, spin)
    at_the_wheels = np.dot(BALL.wheel_torques(torque), BALL.wheel_speeds(spin))
    assert at_the_wheels == pytest.approx(at_the_ball, abs=1e-9)


@given(vector)
def test_spin_has_the_published_closed_form(speeds):
    """Fankhauser and Gwerder 2010, for wheels 120 degrees apart."""
    alpha = radians(DEFAULT.wheels.zenith_deg)
    ratio = DEFAULT.wheels.radius / DEFAULT.ball.radius
    azimuths = map(radians, DEFAULT.wheels.azimuth_deg)
    pairs = list(zip(speeds, azimuths, strict=True))
    x = -2 / (3 * cos(alpha)) * ratio * sum(w * cos(b) for w, b in pairs)
    y = -2 / (3 * cos(alpha)) * ratio * sum(w * sin(b) for w, b in pairs)
    z = 1 / (3 * sin(alpha)) * ratio * sum(speeds)
    np.testing.assert_allclose(BALL.ball_spin(speeds), (x, y, z), atol=1e-9)


@given(tilts, vector)
def test_a_body_that_tips_over_a_resting_ball_does_not_move(tilt, body_rate):
    """The wheels turn, the ball does not: v = 0. Without the body's rate it would read R * rate."""
    backwards = tuple(-rate for rate in body_rate)
    speeds = BALL.wheel_speeds(backwards)
    np.testing.assert_allclose(BALL.ball_velocity(speeds, body_rate, tilt), 0.0, atol=1e-9)


def test_rolling_while_tipping_counts_both():
    """The case of seed_notes.md: 0.150 m/s from the wheels alone where 0.107 m/s is true."""
    relative, tipping = 0.150 / 0.11, -0.043 / 0.11
    speeds = BALL.wheel_speeds((0.0, relative, 0.0))
    alone = BALL.ball_velocity(speeds, (0.0, 0.0, 0.0), rotation.IDENTITY)
    both = BALL.ball_velocity(speeds, (0.0, tipping, 0.0), rotation.IDENTITY)
    np.testing.assert_allclose(alone, (0.150, 0.0, 0.0), atol=1e-12)
    np.testing.assert_allclose(both, (0.107, 0.0, 0.0), atol=1e-12)


@given(tilts, vector, st.tuples(number, number))
def test_velocity_is_that_of_the_rolling_ball(tilt, body_rate, velocity):
    """Forwards: a ball that rolls at v, seen from a leaning, turning body."""
    radius = DEFAULT.ball.radius
    spin_heading = (-velocity[1] / radius, velocity[0] / radius, 3.0)
    spin_base = rotation.rotate(rotation.conjugate(tilt), spin_heading)
    relative = tuple(a - b for a, b in zip(spin_base, body_rate, strict=True))
    found = BALL.ball_velocity(BALL.wheel_speeds(relative), body_rate, tilt)
    np.testing.assert_allclose(found, (*velocity, 0.0), atol=1e-9)


@pytest.mark.parametrize("azimuths", [(0.0, 0.0, 120.0), (0.0, 120.0, 360.0), (0.0, 5.0, 180.0)])
def test_wheels_in_one_place_are_refused(azimuths):
    with pytest.raises(ValueError, match="10 degrees apart"):
        Wheels(azimuth_deg=azimuths)
