"""The guided checks of IMU and cameras: the robot was tilted forward, a camera covered."""

from collections.abc import Iterator
from math import acos, atan2, degrees
from typing import NamedTuple

import numpy as np

from ballbot_fusion.core.rotation import wrapped
from ballbot_fusion.core.samples import DepthSample, ImuSample
from ballbot_fusion.doctor import cameras, inertial
from ballbot_fusion.doctor.finding import Finding, failed, passed, unknown
from ballbot_fusion.doctor.ground import Floats, seen
from ballbot_fusion.doctor.observed import IMU, Observed
from ballbot_fusion.doctor.stimuli import COVERS, LIFT, TILT

LEAST_DEG = 6.0
"""A tilt that tells its direction."""
ASKEW_DEG = 40.0
"""People do not tilt straight forward, and mounts are measured by eye."""
CAMERA_ASKEW_DEG = 30.0
"""A camera's heading against that of the IMU; the lens' normals tell it to a few degrees."""
MEAN_NS = 200_000_000
"""Gravity is averaged so long."""
NEAR_M = 0.15
"""A hand on the lens is nearer, or too near to be measured."""
COVERED = 0.5
"""Share of the pixels that a hand changes."""
LEAST_LIFT_M = 0.04
"""A lift that tells something."""
ALIKE = 2.0
"""Factor by which cameras may differ on how far the robot was lifted."""


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
    """Find the largest tilt; None where the IMU was not heard."""
    samples = [s for s in observed.imu(TILT) if _whole(s)]
    still = [s for s in observed.imu() if _whole(s)]
    if len(samples) < inertial.FEWEST or len(still) < inertial.FEWEST:
        return None
    turn = inertial.mount(observed.robot.imu)
    up = inertial.forces(samples) @ turn.T
    rates = np.array([s.angular_velocity for s in samples]) @ turn.T
    bias = turn @ np.mean([s.angular_velocity for s in still], axis=0)
    times = np.array([s.stamp_ns for s in samples])
    period = float(np.median(np.diff(times)))
    width = max(int(MEAN_NS / max(period, 1.0)), 1)
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
    off = _heading_deg(seen_tilt.most - seen_tilt.rest)
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


def _heading_deg(change: Floats) -> float:
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


def headings(observed: Observed) -> Iterator[Finding]:
    """Tilted forward, each camera sees the ground move as its heading demands."""
    if TILT not in observed.moved:
        return
    tilt = tilted(observed)
    if tilt is None or tilt.angle_deg < LEAST_DEG:
        return
    right = inertial.up_of(observed) is not None
    forward = _heading_deg(tilt.most - tilt.rest) if right else 0.0
    if abs(forward) > ASKEW_DEG:
        forward = 0.0  # it is the IMU that is wrong
    off = {n: _camera_off_deg(observed, n, tilt) for n in cameras.depth_cameras(observed)}
    wrong = {
        n: degrees(wrapped(np.radians(angle - forward)))
        for n, angle in off.items()
        if angle is not None
    }
    if _crosswise(observed, wrong):
        if not (cameras.frames_exchanged(observed) or cameras.views_exchanged(observed)):
            yield cameras.swapped("each turns as the other one should")
        return
    for number, angle in wrong.items():
        yield _heading(observed, number, angle)


def _camera_off_deg(observed: Observed, number: int, tilt: Tilted) -> float | None:
    """Direction of the tilt as a camera sees it, degrees; None where it cannot."""
    camera, frames = observed.robot.cameras[number], observed.frames(number, TILT)
    before = cameras.ground_of(observed, number)
    up, limit = cameras.upright(observed)
    # A camera whose roll or pitch is wrong has its own finding, and no heading that is worth one.
    if before is None or not frames or cameras.error_deg(camera, before, up) > limit:
        return None
    frame = min(frames, key=lambda f: abs(f.arrival_ns - tilt.arrival_ns))
    after = seen(camera, frame)
    if after is None:
        return None
    return _heading_deg(cameras.pose(camera) @ (after.up - before.up))


def _crosswise(observed: Observed, wrong: dict[int, float]) -> bool:
    """Whether both headings are wrong, and right for the other camera."""
    if len(wrong) < 2 or min(abs(angle) for angle in wrong.values()) <= CAMERA_ASKEW_DEG:
        return False
    first, second = (camera.yaw_deg for camera in observed.robot.cameras)
    # A camera that is mounted to the left of what is written sees the tilt to the right of it.
    left = (wrong[0] - (first - second), wrong[1] - (second - first))
    return max(abs(degrees(wrapped(np.radians(angle)))) for angle in left) <= CAMERA_ASKEW_DEG


def _heading(observed: Observed, number: int, off: float) -> Finding:
    topic, camera = cameras.topic_of(observed, number), observed.robot.cameras[number]
    if abs(off) <= CAMERA_ASKEW_DEG:
        return passed("heading", topic, f"{off:+.0f} degrees of what is written")
    return failed(
        "heading", topic, f"it looks {off:+.0f} degrees beside what is written",
        f"yaw_deg: {camera.yaw_deg:g}", f"cameras[{number}].yaw_deg",
        f"Write about {camera.yaw_deg - off:.0f}, or turn it.",
    )  # fmt: skip


def lifted(observed: Observed) -> Iterator[Finding]:
    """Lifted, the robot sees the ground recede by both cameras: what they send is alive."""
    if LIFT not in observed.moved:
        return
    found = {n: _receded_m(observed, n) for n in cameras.depth_cameras(observed)}
    known = {n: metres for n, metres in found.items() if metres is not None}
    most = max(known.values(), default=0.0)
    for number, metres in known.items():
        topic = cameras.topic_of(observed, number)
        if most < LEAST_LIFT_M:
            yield unknown("lift", topic, "the ground did not recede", "Do it again, higher.")
        elif metres > most / ALIKE:
            yield passed("lift", topic, f"the ground receded by {metres:.2f} m")
        else:
            yield failed(
                "lift", topic, f"the ground receded by {metres:.2f} m", f"{most:.2f} m",
                f"{topic}: driver's images",
                "Its driver sends the same image again and again: look at its log.",
            )  # fmt: skip


def _receded_m(observed: Observed, number: int) -> float | None:
    """How much further below the lens the ground was, at most; None where it was not seen."""
    camera, before = observed.robot.cameras[number], cameras.ground_of(observed, number)
    # One whose scale is wrong has its own finding, and must not be what others are held to.
    if before is None or not cameras.is_scaled(observed, number, before):
        return None
    after = (seen(camera, frame) for frame in observed.frames(number, LIFT)[::2])
    heights = [ground.height for ground in after if ground is not None]
    return max(heights) - before.height if heights else None


def covers(observed: Observed) -> Iterator[Finding]:
    """A hand before camera 0 is seen by camera 0."""
    for number, name in enumerate(COVERS):
        if name not in observed.moved:
            continue
        known = list(cameras.depth_cameras(observed))
        dark = {n: _most_dark(observed, n, name) for n in known if observed.frames(n, name)}
        topic = cameras.topic_of(observed, number)
        covered = [n for n, share in dark.items() if share >= COVERED]
        if not covered:
            yield unknown("cover", topic, "no image changed", "Do it again, the hand on the lens.")
        elif covered == [number] or len(covered) > 1:
            yield passed("cover", topic, f"{dark.get(number, 0.0):.0%} of its pixels covered")
        elif number in known and not cameras.frames_exchanged(observed):
            yield cameras.swapped(f"a hand before camera {number} is seen by camera {covered[0]}")


def _dark(frame: DepthSample, unit_m: float) -> float:
    known = np.nan_to_num(frame.image.astype(np.float64), posinf=np.inf)
    metres = known * unit_m if frame.image.dtype == np.uint16 else known
    return float((metres < NEAR_M).mean()) if metres.size else 1.0


def _most_dark(observed: Observed, number: int, name: str) -> float:
    """How many more pixels than at rest a hand covered, at most."""
    unit_m = observed.robot.cameras[number].depth_unit_m
    rest = observed.frames(number)
    before = _dark(rest[-1], unit_m) if rest else 0.0
    return max(_dark(frame, unit_m) for frame in observed.frames(number, name)) - before
