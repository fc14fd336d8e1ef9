"""The guided checks of headings: camera against IMU, while the robot was tilted forward."""

from collections.abc import Iterator
from math import degrees

import numpy as np

from ballbot_fusion.core.rotation import wrapped
from ballbot_fusion.doctor import cameras, inertial
from ballbot_fusion.doctor.finding import Finding, failed, passed
from ballbot_fusion.doctor.ground import seen
from ballbot_fusion.doctor.observed import Observed
from ballbot_fusion.doctor.stimuli import TILT
from ballbot_fusion.doctor.tilted import ASKEW_DEG, LEAST_DEG, Tilted, heading_deg, tilted

CAMERA_ASKEW_DEG = 30.0
"""A camera's heading against that of the IMU; the lens' normals tell it to a few degrees."""


def headings(observed: Observed) -> Iterator[Finding]:
    """Tilted forward, each camera sees the ground move as its heading demands."""
    if TILT not in observed.moved:
        return
    tilt = tilted(observed)
    if tilt is None or tilt.angle_deg < LEAST_DEG:
        return
    right = inertial.up_of(observed) is not None
    forward = heading_deg(tilt.most - tilt.rest) if right else 0.0
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
    return heading_deg(cameras.pose(camera) @ (after.up - before.up))


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
