"""Depth of a camera that is mounted otherwise, or sees otherwise, than the policy was trained with.

Each pixel of the policy's image looks along a ray; the pixel of the real image on that ray gives
the depth, from one optical axis to the other (pinhole model: Hartley and Zisserman, "Multiple View
Geometry in Computer Vision", 2nd ed., ch. 6 and 13: two views of one centre). Rays that the real
camera does not see read INVALID. The lens itself stays where it is: what stands nearer than a few
times the distance between the real lens and the trained one is seen from elsewhere.
"""

from functools import lru_cache
from math import cos, radians, sin, tan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import depth
from ballbot_fusion.core.robot import Camera
from ballbot_fusion.core.robot_drivers import View
from ballbot_fusion.core.samples import DepthSample, Intrinsics


class Lookup(NamedTuple):
    """Where the policy's pixels are in a real image; arrays of (h * w,) of the policy's image."""

    place: NDArray[np.intp]
    """Index into the flattened real image; 0 where it is not seen."""
    stretch: NDArray[np.float32]
    """Depth along the policy's axis over depth along the real one; NaN where it is not seen."""


def axes(yaw_deg: float, pitch_deg: float, roll_deg: float = 0.0) -> NDArray[np.float64]:
    """Return (3, 3): columns are an optical frame's right, down and forward in base_link."""
    yaw, pitch, roll = radians(yaw_deg), radians(pitch_deg), radians(roll_deg)
    forward = np.array([cos(pitch) * cos(yaw), cos(pitch) * sin(yaw), sin(pitch)])
    right = np.array([sin(yaw), -cos(yaw), 0.0])
    down = np.cross(forward, right)
    turned = cos(roll) * right + sin(roll) * down, cos(roll) * down - sin(roll) * right
    return np.column_stack([*turned, forward])


def ideal(fov_deg: float, width: int, height: int) -> Intrinsics:
    """Return a lens with square pixels whose vertical field of view is ``fov_deg``, centred."""
    focal = 0.5 * height / tan(radians(fov_deg) / 2.0)
    return Intrinsics(width, height, focal, focal, (width - 1) / 2.0, (height - 1) / 2.0)


@lru_cache(maxsize=8)
def _lookup(
    lens: Intrinsics, pose: tuple[float, float, float], view: View, height: int, width: int
) -> Lookup:
    wanted = ideal(view.fov_deg, width, height)
    rows, columns = np.mgrid[0:height, 0:width]
    x, y = (columns - wanted.cx) / wanted.fx, (rows - wanted.cy) / wanted.fy
    rays = np.stack([x, y, np.ones_like(x)], axis=-1).reshape(-1, 3)
    seen = rays @ (axes(*pose).T @ axes(view.yaw_deg, view.pitch_deg)).T
    ahead = seen[:, 2] > 1e-3
    along = np.where(ahead, seen[:, 2], 1.0)
    column = np.rint(lens.fx * seen[:, 0] / along + lens.cx).astype(np.intp)
    row = np.rint(lens.fy * seen[:, 1] / along + lens.cy).astype(np.intp)
    inside = ahead & (column >= 0) & (column < lens.width) & (row >= 0) & (row < lens.height)
    place = np.where(inside, row * lens.width + column, 0)
    stretch = np.where(inside, 1.0 / along, np.nan).astype(np.float32)
    return Lookup(place, stretch)


def seen_from(
    camera: Camera, view: View, sample: DepthSample, shape: tuple[int, ...]
) -> NDArray[np.float32]:
    """Bring a depth image to ``shape`` = (1, h, w) as ``view`` has it: 0 near, 1 at max_range.

    The real lens is that of the sample's intrinsics, or else of the camera's field of view.
    """
    height, width = sample.image.shape
    lens = sample.intrinsics or ideal(camera.fov_deg, width, height)
    pose = (camera.yaw_deg, camera.pitch_deg, camera.roll_deg)
    lookup = _lookup(lens, pose, view, shape[1], shape[2])
    found = depth.to_metres(sample.image.reshape(-1)[lookup.place], camera.depth_unit_m)
    return depth.scaled_to(found * lookup.stretch, camera.max_range).reshape(shape)
