"""Pixels of images as messages carry them. Nothing is judged here, and nothing raises."""

import sys
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.color import COLOR_ENCODINGS

_PIXELS: dict[str, np.dtype[Any]] = {"16UC1": np.dtype(np.uint16), "32FC1": np.dtype(np.float32)}


class ImageFields(Protocol):
    """What of a sensor_msgs/Image matters here: the message itself, or one from a recording."""

    height: int
    width: int
    encoding: str
    is_bigendian: int
    step: int
    data: Any


def _lines(message: ImageFields, pixel_bytes: int) -> NDArray[np.uint8] | None:
    """(H, W * pixel_bytes) bytes of the pixels without a copy; None when they do not fit."""
    rows, step, used = message.height, message.step, message.width * pixel_bytes
    data = np.frombuffer(message.data, np.uint8)
    if used == 0 or step < used or data.size < rows * step:
        return None
    return data[: rows * step].reshape(rows, step)[:, :used]


def pixels(message: ImageFields) -> NDArray[Any]:
    """(H, W) depth without a copy where that is possible; (0, 0) bytes when it does not fit."""
    kind = _PIXELS.get(message.encoding)
    lines = None if kind is None else _lines(message, kind.itemsize)
    if kind is None or lines is None:
        return np.empty((0, 0), np.uint8)
    order: Literal[">", "<"] = ">" if message.is_bigendian else "<"
    values = np.ascontiguousarray(lines).view(kind.newbyteorder(order))
    return values if order == ("<" if sys.byteorder == "little" else ">") else values.astype(kind)


def color_pixels(message: ImageFields) -> NDArray[np.uint8]:
    """(H, W, 3) bytes without a copy where that is possible; (0, 0, 3) when they do not fit."""
    lines = _lines(message, 3) if message.encoding in COLOR_ENCODINGS else None
    if lines is None:
        return np.empty((0, 0, 3), np.uint8)
    return np.ascontiguousarray(lines).reshape(message.height, message.width, 3)
