"""The guided checks of cameras: the robot was lifted, a camera covered."""

from collections.abc import Iterator

import numpy as np

from ballbot_fusion.core.samples import DepthSample
from ballbot_fusion.doctor import cameras
from ballbot_fusion.doctor.finding import Finding, failed, passed, unknown
from ballbot_fusion.doctor.ground import seen
from ballbot_fusion.doctor.observed import Observed
from ballbot_fusion.doctor.stimuli import COVERS, LIFT

NEAR_M = 0.15
"""A hand on the lens is nearer, or too near to be measured."""
COVERED = 0.5
"""Share of the pixels that a hand changes."""
LEAST_LIFT_M = 0.04
"""A lift that tells something."""
ALIKE = 2.0
"""Factor by which cameras may differ on how far the robot was lifted."""


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
