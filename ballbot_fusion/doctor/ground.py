"""The ground as a depth camera sees it: a plane, its normal and how far below the lens it is.

Three points make a plane; the one that most points agree with is refined by the smallest singular
vector of those (M. Fischler and R. Bolles, "Random sample consensus", Comm. ACM 24 (1981)).
"""

from math import asin, atan2, degrees
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.depth import to_metres
from ballbot_fusion.core.robot import Camera
from ballbot_fusion.core.samples import DepthSample
from ballbot_fusion.core.viewpoint import ideal

Floats = NDArray[np.float64]
POINTS = 1500
"""Pixels that are looked at."""
TRIALS = 80
CLOSE = 0.02
"""Points this near to the plane belong to it, share of their depth."""
FEWEST = 150
AGREE = 0.5
"""Share of the points that must lie on the plane."""


class Ground(NamedTuple):
    """What a camera sees of it, in its optical frame."""

    up: Floats
    """Unit normal towards the camera, (3,)."""
    height: float
    """Of the lens above it, m."""
    share: float
    """Of the valid pixels that lie on it."""


def invalid_share(sample: DepthSample) -> float:
    """Share of the pixels without depth, +Inf not among them."""
    known = to_metres(sample.image)
    return float(np.isnan(known).mean()) if known.size else 1.0


def points_of(camera: Camera, sample: DepthSample) -> Floats:
    """Points (N, 3) of some valid pixels in the optical frame, m."""
    height, width = sample.image.shape
    lens = sample.intrinsics or ideal(camera.fov_deg, width, height)
    metres = to_metres(sample.image, camera.depth_unit_m).astype(np.float64)
    rows, columns = np.nonzero(np.isfinite(metres))
    keep = np.linspace(0, len(rows) - 1, min(POINTS, len(rows))).astype(int)
    rows, columns = rows[keep], columns[keep]
    z = metres[rows, columns]
    return np.column_stack([(columns - lens.cx) / lens.fx * z, (rows - lens.cy) / lens.fy * z, z])


def seen(camera: Camera, sample: DepthSample) -> Ground | None:
    """Return the ground in a depth image; None where no plane fills it."""
    points = points_of(camera, sample)
    if len(points) < FEWEST:
        return None
    random = np.random.default_rng(0)
    limit = CLOSE * points[:, 2]
    best = np.zeros(len(points), bool)
    for a, b, c in random.integers(len(points), size=(TRIALS, 3)):
        normal = np.cross(points[b] - points[a], points[c] - points[a])
        length = float(np.linalg.norm(normal))
        if length < 1e-9:
            continue
        inside = np.abs((points - points[a]) @ (normal / length)) < limit
        if inside.sum() > best.sum():
            best = inside
    share = float(best.mean())
    if share < AGREE:
        return None
    chosen = points[best]
    centre = chosen.mean(axis=0)
    normal = np.linalg.svd(chosen - centre, full_matrices=False)[2][2]
    distance = float(normal @ centre)
    if distance > 0.0:
        normal, distance = -normal, -distance
    return Ground(normal, -distance, share)


def roll_pitch_deg(up: Floats) -> tuple[float, float]:
    """Roll and pitch of a camera that sees up there (optical frame), as the robot file counts them.

    From the axes of core/viewpoint.py: up = (-sin roll cos pitch, -cos roll cos pitch, sin pitch).
    """
    x, y, z = (float(value) for value in up)
    return degrees(atan2(-x, -y)), degrees(asin(min(max(z, -1.0), 1.0)))
