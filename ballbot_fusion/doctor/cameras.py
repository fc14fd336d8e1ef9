"""Depth cameras: what they see of the ground against what the robot file says they must see."""

from collections.abc import Iterator
from math import acos, cos, degrees, radians

import numpy as np

from ballbot_fusion.core.robot import Camera
from ballbot_fusion.core.rotation import wrapped
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.topic_names import image_topics
from ballbot_fusion.core.viewpoint import axes
from ballbot_fusion.doctor.finding import Finding, State, failed, passed, unknown
from ballbot_fusion.doctor.ground import Floats, Ground, invalid_share, roll_pitch_deg, seen
from ballbot_fusion.doctor.inertial import up_of
from ballbot_fusion.doctor.observed import Observed

TURNED_DEG = 12.0
"""A mount that is measured with a protractor, and a robot that leans a little, stay below."""
TURNED_BLIND_DEG = 25.0
"""The same where neither the IMU nor another camera says how the robot leans."""
SCALE = 1.4
"""Factor by which the height of the lens may differ: a stand lifts the robot."""
HOLES = 0.5
"""Share of pixels without depth from which a camera is of little use."""


def pose(camera: Camera) -> Floats:
    """Return (3, 3): turns vectors of the optical frame into base_link, by the robot file."""
    return axes(camera.yaw_deg, camera.pitch_deg, camera.roll_deg)


def topic_of(observed: Observed, number: int) -> str:
    """Our name of a camera's images."""
    return image_topics(observed.robot)[Source(Source.CAMERA_0 + number)]


def depth_cameras(observed: Observed) -> Iterator[int]:
    """Numbers of the cameras that measure depth."""
    return (n for n, camera in enumerate(observed.robot.cameras) if camera.kind == "depth")


def ground_of(observed: Observed, number: int) -> Ground | None:
    """What a camera sees of the ground at rest; None when nothing."""
    frames = observed.frames(number)
    return seen(observed.robot.cameras[number], frames[-1]) if frames else None


def error_deg(camera: Camera, ground: Ground, up: Floats) -> float:
    """Angle between up as the camera sees it and as it is (base_link), degrees."""
    return degrees(acos(min(max(float(pose(camera) @ ground.up @ up), -1.0), 1.0)))


def upright(observed: Observed) -> tuple[Floats, float]:
    """Up in base_link, and how many degrees a camera may differ from it."""
    up = up_of(observed)
    if up is None:
        up = _up_by_a_camera(observed)
    if up is None:
        return np.array([0.0, 0.0, 1.0]), TURNED_BLIND_DEG
    return up, TURNED_DEG


def _up_by_a_camera(observed: Observed) -> Floats | None:
    """Up in base_link as the camera sees it that finds the robot most upright, if it finds it so.

    A robot that is held upright leans by less than a mount must be off to be named.
    """
    cameras = observed.robot.cameras
    grounds = [(cameras[number], ground_of(observed, number)) for number in depth_cameras(observed)]
    found: list[Floats] = [pose(camera) @ ground.up for camera, ground in grounds if ground]
    best = max(found, key=lambda up: float(up[2]), default=None)
    return None if best is None or best[2] < cos(radians(TURNED_DEG)) else best


def frames_exchanged(observed: Observed) -> bool:
    """Whether each camera's images are in the other one's frame."""
    first, second = observed.robot.cameras
    streams = [observed.streams.get(topic_of(observed, number)) for number in (0, 1)]
    if first.frame_id == second.frame_id or None in streams:
        return False
    found = [stream.frame_ids for stream in streams if stream is not None]
    return found == [{second.frame_id}, {first.frame_id}]


def views_exchanged(observed: Observed) -> bool:
    """Whether each camera sees the ground as the other one must, and not as it must itself."""
    cameras, (up, limit) = observed.robot.cameras, upright(observed)
    grounds = [ground_of(observed, number) for number in (0, 1)]
    if None in grounds:
        return False
    own = [error_deg(c, g, up) for c, g in zip(cameras, grounds, strict=True) if g]
    other = [error_deg(c, g, up) for c, g in zip(cameras[::-1], grounds, strict=True) if g]
    return min(own) > limit and max(other) <= limit


def swapped(how: str) -> Finding:
    """Return that the cameras are exchanged, and by what it shows."""
    return failed(
        "cameras", "camera_0, camera_1", f"they are exchanged: {how}", "each by its own name",
        "topics: camera_0/depth/image_rect_raw",
        "Exchange both cameras' topics (images and camera_info), or their entries in `cameras` of "
        "the robot file.",
    )  # fmt: skip


def order(observed: Observed) -> Iterator[Finding]:
    """Camera 0 is camera 0."""
    if frames_exchanged(observed):
        yield swapped("the images of each are in the other one's frame")
    elif views_exchanged(observed):
        yield swapped("each sees the ground as the other one should")


def view(observed: Observed) -> Iterator[Finding]:
    """The ground is where the robot file says it is, in direction and distance."""
    if frames_exchanged(observed) or views_exchanged(observed):
        return
    for number in depth_cameras(observed):
        topic, frames = topic_of(observed, number), observed.frames(number)
        if not frames:
            yield unknown("view", topic, "no images", "See its topic first.")
            continue
        holes = invalid_share(frames[-1])
        ground = ground_of(observed, number)
        if ground is None:
            yield _sees_nothing(observed, number, holes)
            continue
        mounted = _orientation(observed, number, ground)
        yield mounted
        yield _scale(observed, number, ground)
        if mounted.state is State.OK:  # else it may look over the ground, where nothing is
            yield _holes(topic, holes)


def _sees_nothing(observed: Observed, number: int, holes: float) -> Finding:
    topic, camera = topic_of(observed, number), observed.robot.cameras[number]
    if camera.pitch_deg > -10.0:
        return unknown("view", topic, "no ground in view, as it looks ahead")
    return failed(
        "view", topic, f"no plane that could be the ground, {holes:.0%} without depth",
        f"the ground, {-camera.pitch_deg:g} degrees below", f"cameras[{number}].pitch_deg",
        "Uncover the lens; stand the robot on open, even ground; else correct the mount's angles.",
    )  # fmt: skip


def _orientation(observed: Observed, number: int, ground: Ground) -> Finding:
    camera, (up, limit) = observed.robot.cameras[number], upright(observed)
    error = error_deg(camera, ground, up)
    topic = topic_of(observed, number)
    if error <= limit:
        return passed("view", topic, f"the ground is below, {error:.1f} degrees off")
    roll, pitch = roll_pitch_deg(ground.up)
    turned = degrees(wrapped(np.radians(roll - camera.roll_deg)))
    key = "roll_deg" if abs(turned) > abs(pitch - camera.pitch_deg) else "pitch_deg"
    return failed(
        "view", topic, f"it is mounted at roll {roll:.0f}, pitch {pitch:.0f} degrees",
        f"roll {camera.roll_deg:g}, pitch {camera.pitch_deg:g}", f"cameras[{number}].{key}",
        "Write how it is mounted, or turn it.",
    )  # fmt: skip


def expected_m(observed: Observed, number: int) -> float:
    """How far above the ground a lens is by the robot file."""
    position = np.array(observed.robot.cameras[number].position)
    return float(position @ upright(observed)[0]) + observed.robot.ball.radius


def is_scaled(observed: Observed, number: int, ground: Ground) -> bool:
    """Whether the ground is about as far below the lens as the robot file says."""
    return 1.0 / SCALE <= ground.height / expected_m(observed, number) <= SCALE


def _scale(observed: Observed, number: int, ground: Ground) -> Finding:
    camera, expected = observed.robot.cameras[number], expected_m(observed, number)
    topic, ratio = topic_of(observed, number), ground.height / expected
    if is_scaled(observed, number, ground):
        return passed(
            "depth", topic, f"the ground is {ground.height:.2f} m below it", f"{expected:.2f} m"
        )
    return failed(
        "depth", topic, f"the ground is {ground.height:.3g} m below the lens", f"{expected:.2f} m",
        f"cameras[{number}].depth_unit_m",
        f"Write {camera.depth_unit_m / ratio:.2g} (16UC1), or have the driver send metres (32FC1). "
        "A position far off does the same: cameras[].position.",
    )  # fmt: skip


def _holes(topic: str, holes: float) -> Finding:
    if holes <= HOLES:
        return passed("holes", topic, f"{holes:.1%} of the pixels without depth")
    return failed(
        "holes", topic, f"{holes:.0%} of the pixels without depth", f"below {HOLES:.0%}",
        f"{topic}: driver's exposure or filters",
        "Clean the lens, uncover it, turn its emitter on.",
    )  # fmt: skip
