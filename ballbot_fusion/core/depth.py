"""Depth images as policies see them: one channel, 64 x 64, range mapped to [0, 1]."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.fitting import fitted

INVALID = 0.0
"""What an invalid pixel reads in the observation: nearer than any camera can measure."""

Image = NDArray[np.uint16] | NDArray[np.float32]


def is_known(image: Image) -> NDArray[np.bool_]:
    """Which pixels of (H, W) say something: 0 mm, 0 m, NaN and -Inf do not (REP 117, 118)."""
    # +Inf is "no object within range": an edge or a hole, not a failure.
    return image > 0


def to_metres(image: Image, unit_m: float = 1e-3) -> NDArray[np.float32]:
    """(H, W) depth in metres from steps of ``unit_m`` or metres: NaN invalid, +Inf too far."""
    metres = image * np.float32(unit_m) if image.dtype == np.uint16 else image
    return np.where(is_known(image), metres, np.float32(np.nan))


def normalised(
    image: Image, shape: tuple[int, ...], max_range: float, unit_m: float = 1e-3
) -> NDArray[np.float32]:
    """Map (H, W) depth to ``shape`` = (1, h, w): 0 at the camera, 1 from ``max_range`` [m] on."""
    # The nearest pixel, so that no depth is ever blended across a hole or an edge.
    metres = to_metres(fitted(image, shape[1], shape[2], cv2.INTER_NEAREST_EXACT), unit_m)
    return scaled_to(metres, max_range).reshape(shape)


def scaled_to(metres: NDArray[np.float32], max_range: float) -> NDArray[np.float32]:
    """Map depth [m] to 0 at the camera, 1 from ``max_range`` [m] on; NaN becomes INVALID."""
    scaled = np.minimum(metres / np.float32(max_range), np.float32(1.0))
    return np.where(np.isnan(scaled), np.float32(INVALID), scaled)
