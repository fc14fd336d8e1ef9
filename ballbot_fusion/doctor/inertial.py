"""The IMU at rest: which way gravity points, and in what unit it turns."""

from collections.abc import Iterator, Sequence
from itertools import permutations, product
from math import acos, asin, atan2, degrees, radians

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.robot import Imu
from ballbot_fusion.core.samples import ImuSample
from ballbot_fusion.doctor.finding import Finding, failed, passed, unknown
from ballbot_fusion.doctor.observed import IMU, Observed

Floats = NDArray[np.float64]
FEWEST = 20
LEANS_DEG = 20.0
"""A robot that is held by hand, or by a stand, leans less."""
SHAKES = 1.0
"""Standard deviation of the specific force of an IMU that is moved, m/s^2."""
WRONG_UNIT = 0.1
"""Share by which the length of gravity may differ."""
TURNS = 0.15
"""A gyro at rest shows less, bias and noise together, rad/s; in degrees it is 57 times as much."""


def mount(imu: Imu) -> Floats:
    """Return (3, 3): turns vectors of imu_link into base_link, by the robot file."""
    roll, pitch, yaw = (radians(angle) for angle in imu.rpy_deg)
    q = rotation.from_rpy(roll, pitch, yaw)
    x, y, z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
    return np.array([rotation.rotate(q, axis) for axis in (x, y, z)]).T


def forces(samples: Sequence[ImuSample]) -> Floats:
    """Specific force of every sample, (N, 3), in imu_link, m/s^2."""
    return np.array([s.linear_acceleration for s in samples if len(s.linear_acceleration) == 3])


def up_of(observed: Observed) -> Floats | None:
    """Where up is in base_link at rest, (3,); None where the IMU cannot say, or is not right."""
    found = forces(observed.imu())
    if len(found) < FEWEST or not np.isfinite(found).all():
        return None
    up: Floats = mount(observed.robot.imu) @ found.mean(axis=0)
    length = float(np.linalg.norm(up))
    if not abs(length / GRAVITY - 1.0) < WRONG_UNIT:
        return None
    up = up / length
    return up if degrees(acos(min(float(up[2]), 1.0))) <= LEANS_DEG else None


def rpy_deg_of(turn: Floats) -> list[float]:
    """Roll, pitch, yaw (fixed axes, degrees) of a rotation matrix."""
    pitch = asin(float(np.clip(-turn[2, 0], -1.0, 1.0)))
    roll, yaw = atan2(turn[2, 1], turn[2, 2]), atan2(turn[1, 0], turn[0, 0])
    return [round(degrees(angle), 1) + 0.0 for angle in (roll, pitch, yaw)]


def quarter_turns() -> Iterator[Floats]:
    """The 24 rotations that map axes onto axes."""
    for order, signs in product(permutations(range(3)), product((1.0, -1.0), repeat=3)):
        turn = np.zeros((3, 3))
        turn[range(3), order] = signs
        if np.linalg.det(turn) > 0.0:
            yield turn


def gravity(observed: Observed) -> Iterator[Finding]:
    """At rest and upright, the specific force is +9.8 along z of base_link (REP 145)."""
    found = forces(observed.imu())
    if len(found) < FEWEST:
        yield unknown("gravity", IMU, f"{len(found)} samples", "See its topic first.")
        return
    if not np.isfinite(found).all():
        yield failed("gravity", IMU, "values that are not finite", "numbers",
                     f"{IMU}: driver's values", "Look at the driver's log.")  # fmt: skip
        return
    if float(found.std(axis=0).max()) > SHAKES:
        yield unknown("gravity", IMU, "the robot is moved", "Hold it still and upright.")
        return
    mean = mount(observed.robot.imu) @ found.mean(axis=0)
    length = float(np.linalg.norm(mean))
    if abs(length / GRAVITY - 1.0) > WRONG_UNIT:
        yield failed(
            "gravity", IMU, f"specific force of {length:.2f} at rest", f"{GRAVITY:.2f} m/s^2",
            f"{IMU}: unit of linear_acceleration", "Have the driver send m/s^2, gravity included.",
        )  # fmt: skip
        return
    yield _direction(observed, mean / length)


def _direction(observed: Observed, up: Floats) -> Finding:
    x, y, z = (round(float(value), 2) + 0.0 for value in up)
    lean = degrees(acos(min(max(float(up[2]), -1.0), 1.0)))
    if lean <= LEANS_DEG:
        return passed("gravity", IMU, f"up is ({x}, {y}, {z}), {lean:.1f} degrees from z")
    turn = mount(observed.robot.imu)
    best = max(quarter_turns(), key=lambda fix: float((fix @ up)[2]) + 1e-3 * np.trace(fix))
    what = "the IMU is upside down" if lean > 135.0 else "axes are exchanged"
    return failed(
        "gravity", IMU, f"{what}: up is ({x}, {y}, {z}) in base_link", "(0, 0, 1) when upright",
        "imu.rpy_deg",
        f"Correct it; {rpy_deg_of(best @ turn)} would put up where it belongs. The turn about the "
        "vertical shows in the guided tilt.",
    )  # fmt: skip


def units(observed: Observed) -> Iterator[Finding]:
    """A gyro at rest shows next to nothing; noise in degrees is 57 times as large."""
    samples = [s for s in observed.imu() if len(s.angular_velocity) == 3]
    found = forces(samples)
    if len(found) < FEWEST or float(found.std(axis=0).max()) > SHAKES:
        yield unknown("gyro", IMU, "not enough samples at rest", "Hold the robot still.")
        return
    rates = np.array([s.angular_velocity for s in samples])
    size = float(np.sqrt((rates**2).mean(axis=0)).max())
    if size <= TURNS:
        yield passed("gyro", IMU, f"{size:.4f} rad/s at rest")
    else:
        yield wrong_unit(f"{size:.2f} rad/s at rest, as noise and bias in degrees are")


def wrong_unit(found: str) -> Finding:
    """Return that the gyro speaks degrees."""
    return failed(
        "gyro", IMU, found, "rad/s (REP 103)", f"{IMU}: unit of angular_velocity",
        "Have the driver send rad/s: multiply by pi / 180.",
    )  # fmt: skip
