from math import pi

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from ballbot_fusion.core import rotation

angle = st.floats(-pi, pi)
number = st.floats(-10.0, 10.0)
vector = st.tuples(number, number, number)


@st.composite
def quaternion(draw):
    q = draw(st.tuples(*[st.floats(-1.0, 1.0)] * 4))
    assume(rotation.norm(q) > 1e-3)
    return rotation.normalised(q)


def same(q, reference: Rotation) -> bool:
    return abs(abs(np.dot(q, reference.as_quat())) - 1.0) < 1e-12


@given(quaternion(), quaternion())
def test_multiply(a, b):
    assert same(rotation.multiply(a, b), Rotation.from_quat(a) * Rotation.from_quat(b))


@given(quaternion(), vector)
def test_rotate(q, v):
    np.testing.assert_allclose(rotation.rotate(q, v), Rotation.from_quat(q).apply(v), atol=1e-12)


@given(quaternion())
def test_conjugate_is_the_inverse(q):
    assert same(rotation.conjugate(q), Rotation.from_quat(q).inv())


@given(vector)
def test_from_rotation_vector(v):
    assert same(rotation.from_rotation_vector(v), Rotation.from_rotvec(v))


@given(vector, st.floats(-12.0, 0.0))
def test_small_rotation_vectors_come_back(v, magnitude):
    small = tuple(x * 0.1 * 10.0**magnitude for x in v)
    back = rotation.to_rotation_vector(rotation.from_rotation_vector(small))
    np.testing.assert_allclose(back, small, rtol=1e-6, atol=1e-15)


@given(quaternion())
def test_to_rotation_vector_is_the_short_way(q):
    v = rotation.to_rotation_vector(q)
    assert np.linalg.norm(v) <= pi + 1e-9
    assert same(q, Rotation.from_rotvec(v))


@given(angle, st.floats(-1.5, 1.5), angle)
def test_roll_pitch_yaw(roll, pitch, yaw):
    q = rotation.from_rpy(roll, pitch, yaw)
    assert same(q, Rotation.from_euler("xyz", [roll, pitch, yaw]))
    difference = rotation.yaw_of(q) - yaw
    assert abs((difference + pi) % (2 * pi) - pi) < 1e-9


@given(angle, st.floats(-1.5, 1.5), angle)
def test_without_yaw_keeps_the_tilt_and_only_the_tilt(roll, pitch, yaw):
    q = rotation.from_rpy(roll, pitch, yaw)
    tilt = rotation.without_yaw(q)
    assert same(tilt, Rotation.from_euler("xyz", [roll, pitch, 0.0]))
    assert abs(rotation.yaw_of(tilt)) < 1e-9
    assert abs(rotation.tilt_of(tilt) - rotation.tilt_of(q)) < 1e-9


@given(quaternion())
def test_tilt_is_the_angle_between_the_vertical_and_the_body(q):
    up = Rotation.from_quat(q).apply([0.0, 0.0, 1.0])
    expected = np.arctan2(np.hypot(up[0], up[1]), up[2])
    assert abs(rotation.tilt_of(q) - expected) < 1e-9
