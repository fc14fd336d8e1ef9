"""Colour images as policies see them: red, green, blue, 64 x 64, each in [0, 1]."""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.fitting import fitted

COLOR_ENCODINGS: Mapping[str, tuple[int, int, int]] = {"rgb8": (0, 1, 2), "bgr8": (2, 1, 0)}
"""Where red, green and blue stand in a pixel, by encoding (REP 118, sensor_msgs)."""
FULL_SCALE = np.float32(255.0)


def normalised(
    image: NDArray[np.uint8], encoding: str, shape: tuple[int, ...]
) -> NDArray[np.float32]:
    """Map (H, W, 3) bytes to ``shape`` = (3, h, w): red, green, blue, full scale at 1.

    A pixel becomes the mean of those that it covers: unlike depth, colour has no holes to blend
    across, and by the nearest pixel alone edges and fine texture would flicker as the robot moves.
    Margins of a narrow image are black.
    """
    small = fitted(image, shape[1], shape[2], cv2.INTER_AREA)
    channels = small.transpose(2, 0, 1)[list(COLOR_ENCODINGS[encoding])]
    return np.divide(channels, FULL_SCALE, dtype=np.float32, order="C")
