"""Depth images as policies see them: one channel, 64 x 64, range mapped to [0, 1]."""

import cv2
import numpy as np
from numpy.typing import NDArray

INVALID = 0.0
"""What an invalid pixel reads in the observation: nearer than any camera can measure, so unmistakable."""

Image = NDArray[np.uint16] | NDArray[np.float32]


def to_metres(image: Image) -> NDArray[np.float32]:
    """(H, W) depth in metres with NaN where invalid, from millimetres (0 = invalid) or metres."""
    if image.dtype == np.uint16:
        metres = image.astype(np.float32) * np.float32(1e-3)
        metres[image == 0] = np.nan
        return metres
    return np.where(np.isfinite(image) & (image > 0.0), image, np.float32(np.nan))


def resized(image: Image, height: int, width: int) -> Image:
    """Nearest pixel, so that no depth is ever blended across a hole or an edge."""
    if image.shape == (height, width):
        return image
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)


def normalised(image: Image, shape: tuple[int, ...], max_range: float) -> NDArray[np.float32]:
    """Map (H, W) depth to ``shape`` = (1, h, w): 0 at the camera, 1 from ``max_range`` [m] on."""
    metres = to_metres(resized(image, shape[1], shape[2]))
    scaled = np.minimum(metres / np.float32(max_range), np.float32(1.0))
    return np.where(np.isnan(scaled), np.float32(INVALID), scaled).reshape(shape)
