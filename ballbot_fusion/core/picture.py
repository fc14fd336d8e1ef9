"""Images as people see them: depth in colours."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import depth

Bytes = NDArray[np.uint8]


def coloured(share: NDArray[np.float32]) -> Bytes:
    """BGR of (H, W) shares of the range: near is warm, far is blue, black where it is NaN."""
    unknown = np.isnan(share)
    near = 255.0 * (1.0 - np.clip(np.where(unknown, 1.0, share), 0.0, 1.0))
    picture: Bytes = cv2.applyColorMap(near.astype(np.uint8), cv2.COLORMAP_TURBO).astype(np.uint8)
    picture[unknown] = 0
    return picture


def seen(image: NDArray[np.float32]) -> Bytes:
    """BGR of what a policy sees, (C, h, w) in [0, 1]: the newest frame of a stack.

    Of depth, 0 is what the policy reads as invalid.
    """
    if image.shape[0] == 3:
        return np.ascontiguousarray((255.0 * image[::-1].transpose(1, 2, 0)).astype(np.uint8))
    return coloured(np.where(image[0] == depth.INVALID, np.float32(np.nan), image[0]))
