"""The guided check of the IMU: the robot was tilted forward."""

from collections.abc import Iterator
from math import acos, atan2, degrees
from typing import NamedTuple

import numpy as np

from ballbot_fusion.core.samples import ImuSample
from ballbot_fusion.doctor import inertial
from ballbot_fusion.doctor.finding import Finding, failed, passed, unknown
from ballbot_fusion.doctor.ground import Floats
from ballbot_fusion.doctor.observed import IMU, Observed
from ballbot_fusion.doctor.stimuli import TILT

LEAST_DEG = 6.0
"""A tilt that tells its direction."""
ASKEW_DEG = 40.0
"""People do not tilt straight forward, and mounts are measured by eye."""
MEAN_NS = 200_000_000
"""Gravity is averaged so long."""


class Tilted(NamedTuple):
    """How the IMU saw a tilt; vectors (3,) in base_link by the robot file."""

    rest: Floats
    """Up before."""
    most: Floats
    """Up when it leaned most."""
    turned: Floats
    """Integral of the gyro until then, its mean at rest taken away, rad."""
    arrival_ns: int

    @property
    def angle_deg(self) -> float:
        """By how much it was tilted."""
        return degrees(acos(min(float(self.rest @ self.most), 1.0)))

    @property
    def by_gravity(self) -> Floats:
        """Rotation vector that turns the body so, without what is about the vertical."""
        turn = np.cross(self.most, self.rest)
        return turn / max(float(np.linalg.norm(turn)), 1e-9) * np.radians(self.angle_deg)


def tilted(observed: Observed) -> Tilted | None:
    """Find the largest tilt; None where the IMU was not heard for long enough, by its stamps."""
    samples = [s for s in observed.imu(TILT) if _whole(s)]
    still = [s for s in observed.imu() if _whole(s)]
    if len(samples) < inertial.FEWEST or len(still) < inertial.FEWEST:
        return None
    period = float(np.median(np.diff([s.stamp_ns for s in samples])))
    width = max(int(MEAN_NS / max(period, 1.0)), 1)
    if len(samples) < width:  # stamps that stand still, too
        return None
    turn = inertial.mount(observed.robot.imu)
    up = inertial.forces(samples) @ turn.T
    rates = np.array([s.angular_velocity for s in samples]) @ turn.T
    bias = turn @ np.mean([s.angular_velocity for s in still], axis=0)
    smooth = np.apply_along_axis(np.convolve, 0, up, np.full(width, 1.0 / width), "valid")
    smooth /= np.maximum(np.linalg.norm(smooth, axis=1, keepdims=True), 1e-9)
    rest = turn @ inertial.forces(still).mean(axis=0)
    rest /= max(float(np.linalg.norm(rest)), 1e-9)
    angles = smooth @ rest
    # The middle of the time that it leaned nearly most.
    near = np.nonzero(angles <= angles.min() + 0.2 * (1.0 - angles.min()))[0]
    most = int(np.median(near))
    until = most + width // 2
    turned = (rates[:until] - bias).sum(axis=0) * period * 1e-9
    return Tilted(rest, smooth[most], turned, samples[until].arrival_ns)


def _whole(sample: ImuSample) -> bool:
    values = (*sample.angular_velocity, *sample.linear_acceleration)
    return len(values) == 6 and bool(np.isfinite(values).all())


def imu(observed: Observed) -> Iterator[Finding]:
    """Tilted forward, gravity moves backward, and the gyro tells the same turn."""
    if TILT not in observed.moved:
        return
    seen_tilt = tilted(observed)
    if seen_tilt is None or seen_tilt.angle_deg < LEAST_DEG:
        angle = "nothing" if seen_tilt is None else f"{seen_tilt.angle_deg:.1f} degrees"
        yield unknown("tilt", IMU, f"{angle} of tilt was seen", "Do it again, further.")
        return
    yield from _gyro(seen_tilt)
    if inertial.up_of(observed) is None:
        yield unknown("tilt", IMU, "gravity is not where it belongs", "Cure that first.")
        return
    off = heading_deg(seen_tilt.most - seen_tilt.rest)
    if abs(off) <= ASKEW_DEG:
        yield passed("tilt", IMU, f"{seen_tilt.angle_deg:.0f} degrees, forward", "forward")
        return
    turn = np.array(_about_z(-round(off / 90.0) * 90.0))
    yield failed(
        "tilt", IMU, f"tilted forward, it sees a tilt {off:.0f} degrees to the left of that",
        "forward", "imu.rpy_deg",
        f"Turn it about the vertical: "
        f"{inertial.rpy_deg_of(turn @ inertial.mount(observed.robot.imu))}.",
    )  # fmt: skip


def heading_deg(change: Floats) -> float:
    """Direction of a tilt from how up moved in base_link: 0 forward, 90 to the left."""
    return degrees(atan2(-float(change[1]), -float(change[0])))


def _about_z(angle_deg: float) -> list[list[float]]:
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]


def _gyro(tilt: Tilted) -> Iterator[Finding]:
    """The gyro's integral over what gravity did: 1, or 57 in degrees, or -1 mirrored."""
    wanted = tilt.by_gravity
    along = float(tilt.turned @ wanted / (wanted @ wanted))
    size = float(np.linalg.norm(tilt.turned) / np.linalg.norm(wanted))
    if size > 10.0:
        yield inertial.wrong_unit(f"a tilt of {tilt.angle_deg:.0f} degrees reads {size:.0f} times")
    elif abs(along - 1.0) <= 0.35:
        yield passed("gyro", IMU, f"{along:.2f} of the tilt that gravity shows", "1")
    elif abs(along + 1.0) <= 0.35:
        yield failed(
            "gyro", IMU, "it turns against what gravity shows: the axes are mirrored",
            "right-handed axes", "imu.rpy_deg",
            "No angles mend mirrored axes: where the driver exchanges two of them, let it change "
            "the sign of one; then correct imu.rpy_deg.",
        )  # fmt: skip
    else:
        yield failed(
            "gyro", IMU, f"{along:.2f} of the tilt that gravity shows", "1",
            f"{IMU}: axes of angular_velocity",
            "Gyro and accelerometer must share their axes and units: look at the driver.",
        )  # fmt: skip
