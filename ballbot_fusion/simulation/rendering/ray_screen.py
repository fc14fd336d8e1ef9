"""Obstacles in an image: each is met only by the rays of the pixels that it can cover.

An obstacle lies in the box of its corners, which lies in the rectangle of their images when all are
before the camera. Compiled by numba.
"""

import numpy as np

from ballbot_fusion.simulation.compiled import compiled
from ballbot_fusion.simulation.rendering.ray_obstacles import hit_box, hit_cylinder

BEFORE = 1e-3
"""Corners nearer to the plane of the eye than this are not projected, m."""


@compiled
def pixel_ray(lens, size, row, column):  # type: ignore[no-untyped-def]
    """Return the world direction (x, y, z) through a pixel's middle, one metre deep.

    ``lens``: eye (3,), axes (3, 3) right, up, backward, half width and half height of the image
    plane one metre ahead. ``size``: width and height in pixels.
    """
    _, axes, half_width, half_height = lens
    width, height = size
    right = (2.0 * (column + 0.5) / width - 1.0) * half_width
    up = (1.0 - 2.0 * (row + 0.5) / height) * half_height
    return (
        right * axes[0, 0] + up * axes[0, 1] - axes[0, 2],
        right * axes[1, 0] + up * axes[1, 1] - axes[1, 2],
        right * axes[2, 0] + up * axes[2, 1] - axes[2, 2],
    )


@compiled
def _corner(item, half, index, corner):  # type: ignore[no-untyped-def]
    """Write corner ``index`` (0 to 7) of a box around (centre, half size, cosine, sine of yaw)."""
    x = half[0] if index & 1 else -half[0]
    y = half[1] if index & 2 else -half[1]
    corner[0] = item[0] + half[3] * x - half[4] * y
    corner[1] = item[1] + half[4] * x + half[3] * y
    corner[2] = item[2] + (half[2] if index & 4 else -half[2])


@compiled
def _rectangle(item, half, lens, size):  # type: ignore[no-untyped-def]
    """First and last row, first and last column (exclusive) that a box may cover."""
    eye, axes, half_width, half_height = lens
    width, height = size
    corner = np.empty(3)
    left, right, top, bottom = np.inf, -np.inf, np.inf, -np.inf
    before = 0
    for index in range(8):
        _corner(item, half, index, corner)
        x, y, z = corner[0] - eye[0], corner[1] - eye[1], corner[2] - eye[2]
        depth = -(x * axes[0, 2] + y * axes[1, 2] + z * axes[2, 2])
        if depth < BEFORE:
            continue
        before += 1
        across = (x * axes[0, 0] + y * axes[1, 0] + z * axes[2, 0]) / depth
        above = (x * axes[0, 1] + y * axes[1, 1] + z * axes[2, 1]) / depth
        left, right = min(left, across), max(right, across)
        top, bottom = min(top, -above), max(bottom, -above)
    if before == 0:
        return 0, 0, 0, 0
    if before < 8:
        return 0, height, 0, width
    # One pixel more to each side: rounding must not cost a ray.
    return (
        _pixel(top, half_height, height, -1),
        _pixel(bottom, half_height, height, 2),
        _pixel(left, half_width, width, -1),
        _pixel(right, half_width, width, 2),
    )


@compiled
def _pixel(place, half, count, more):  # type: ignore[no-untyped-def]
    """Pixel of a place on the image plane, ``more`` pixels on, within 0 and ``count``."""
    share = min(max(0.5 * (place / half + 1.0), -1.0), 2.0)
    return min(max(int(np.floor(share * count)) + more, 0), count)


@compiled
def obstacle_image(boxes, cylinders, lens, size):  # type: ignore[no-untyped-def]
    """(height, width) depth of the nearest obstacle [m], infinity where there is none."""
    width, height = size
    found = np.full((height, width), np.inf)
    for index in range(len(boxes) + len(cylinders)):
        is_box = index < len(boxes)
        if is_box:
            item = boxes[index]
            half = (item[3], item[4], item[5], item[6], item[7])
        else:
            item = cylinders[index - len(boxes)]
            half = (item[3], item[3], item[4], 1.0, 0.0)
        first, last, left, right = _rectangle(item, half, lens, size)
        for row in range(first, last):
            for column in range(left, right):
                direction = pixel_ray(lens, size, row, column)
                if is_box:
                    hit = hit_box(item, lens[0], direction)
                else:
                    hit = hit_cylinder(item, lens[0], direction)
                found[row, column] = min(found[row, column], hit)
    return found
