"""Images of any size brought to the size that policies see."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


def resized(image: NDArray[Any], height: int, width: int, interpolation: int) -> NDArray[Any]:
    """Bring (H, W) or (H, W, C) to ``height`` x ``width``; ``interpolation`` is one of OpenCV's."""
    if image.shape[:2] == (height, width):
        return image
    scaled: NDArray[Any] = cv2.resize(image, (width, height), interpolation=interpolation)  # type: ignore[call-overload]
    return scaled


def fitted(image: NDArray[Any], height: int, width: int, interpolation: int) -> NDArray[Any]:
    """Resize to ``height`` x ``width`` in the image's own proportions, all rows kept.

    What is too wide loses columns on both sides, what is too narrow gets columns of zeros: pixels
    are square, the vertical field of view is the camera's, and the world must not look squeezed.
    """
    rows, columns = image.shape[:2]
    wanted = max(round(rows * width / height), 1)
    if columns >= wanted:
        start = (columns - wanted) // 2
        return resized(image[:, start : start + wanted], height, width, interpolation)
    seen = max(round(columns * height / rows), 1)
    left = (width - seen) // 2
    framed = np.zeros((height, width, *image.shape[2:]), image.dtype)
    framed[:, left : left + seen] = resized(image, height, seen, interpolation)
    return framed
