"""Rotations in plain floats: the estimator turns a thousand quaternions a second.

Quaternions are (x, y, z, w), unit length, and rotate vectors of the child frame into the parent.
Formulas: Sola, "Quaternion kinematics for the error-state Kalman filter", 2017.
"""

from math import atan2, cos, pi, sin, sqrt

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]

IDENTITY: Quaternion = (0.0, 0.0, 0.0, 1.0)


def wrapped(angle: float) -> float:
    """Bring an angle into [-pi, pi), rad."""
    return (angle + pi) % (2.0 * pi) - pi


def multiply(a: Quaternion, b: Quaternion) -> Quaternion:
    """Compose two rotations: first b, then a."""
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def conjugate(q: Quaternion) -> Quaternion:
    """Return the inverse rotation."""
    return (-q[0], -q[1], -q[2], q[3])


def norm(q: Quaternion) -> float:
    """Length of a quaternion."""
    return sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3])


def normalised(q: Quaternion) -> Quaternion:
    """Scale to unit length; ``q`` must not be zero."""
    scale = 1.0 / norm(q)
    return (q[0] * scale, q[1] * scale, q[2] * scale, q[3] * scale)


def rotate(q: Quaternion, v: Vector) -> Vector:
    """Turn a vector of the child frame into the parent frame."""
    x, y, z, w = q
    tx = 2.0 * (y * v[2] - z * v[1])
    ty = 2.0 * (z * v[0] - x * v[2])
    tz = 2.0 * (x * v[1] - y * v[0])
    return (
        v[0] + w * tx + y * tz - z * ty,
        v[1] + w * ty + z * tx - x * tz,
        v[2] + w * tz + x * ty - y * tx,
    )


def from_rotation_vector(v: Vector) -> Quaternion:
    """Exponential map: a rotation by |v| radians about v."""
    angle = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    if angle < 1e-8:
        return normalised((0.5 * v[0], 0.5 * v[1], 0.5 * v[2], 1.0))
    scale = sin(0.5 * angle) / angle
    return (v[0] * scale, v[1] * scale, v[2] * scale, cos(0.5 * angle))


def to_rotation_vector(q: Quaternion) -> Vector:
    """Logarithmic map, with the angle in [-pi, pi]."""
    x, y, z, w = q if q[3] >= 0.0 else (-q[0], -q[1], -q[2], -q[3])
    sine = sqrt(x * x + y * y + z * z)
    scale = 2.0 if sine < 1e-9 else 2.0 * atan2(sine, w) / sine
    return (x * scale, y * scale, z * scale)


def yaw_of(q: Quaternion) -> float:
    """Heading of the x axis: yaw of the yaw-pitch-roll angles, in [-pi, pi]."""
    x, y, z, w = q
    return atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))


def about_z(angle: float) -> Quaternion:
    """Return a rotation about z."""
    return (0.0, 0.0, sin(0.5 * angle), cos(0.5 * angle))


def from_rpy(roll: float, pitch: float, yaw: float) -> Quaternion:
    """Fixed-axis roll, pitch, yaw in radians (REP 103)."""
    about_x = (sin(0.5 * roll), 0.0, 0.0, cos(0.5 * roll))
    about_y = (0.0, sin(0.5 * pitch), 0.0, cos(0.5 * pitch))
    return multiply(about_z(yaw), multiply(about_y, about_x))


def without_yaw(q: Quaternion) -> Quaternion:
    """Orientation in the gravity-aligned heading frame: tilt only."""
    return multiply(about_z(-yaw_of(q)), q)


def tilt_of(q: Quaternion) -> float:
    """Angle between the body's z axis and the vertical, radians."""
    x, y, z, w = q
    up_x, up_y = 2.0 * (x * z + w * y), 2.0 * (y * z - w * x)
    return atan2(sqrt(up_x * up_x + up_y * up_y), 1.0 - 2.0 * (x * x + y * y))
