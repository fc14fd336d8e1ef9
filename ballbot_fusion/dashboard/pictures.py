"""Camera images as small pictures that a browser shows: what came, and what the policy sees."""

from base64 import b64encode
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import depth
from ballbot_fusion.core.cameras import image_key
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ColorSample, DepthSample, ImageSample, Source
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.tick import Sensing, image_of

WIDEST = 240
"""Wider images are shown smaller, by whole steps."""
LOSSLESS = 96
"""Up to this width pictures are sent without loss, larger ones as JPEG: a tenth of the bytes."""
Bytes = NDArray[np.uint8]


def sensing_of(robot: RobotConfig) -> Sensing:
    """What policies see of this robot's cameras."""
    keys = [image_key(number, camera.kind) for number, camera in enumerate(robot.cameras)]
    return Sensing(ObservationSpec.of(keys), robot)


def pictures_of(sensing: Sensing, sample: ImageSample) -> Mapping[str, str]:
    """Return data URLs ``raw`` (as it came) and ``policy`` (as policies see it), and ``words``.

    What is no image (another encoding, too few bytes) gives words alone.
    """
    height, width = sample.image.shape[:2]
    words = f"{width} × {height} {sample.encoding}"
    if not sample.image.size:
        return {"words": f"not readable: {sample.encoding or 'no encoding'}"}
    place = sample.source - Source.CAMERA_0
    seen = image_of(sensing, sensing.spec.images[place], sample)
    return {
        "words": words,
        "raw": _url(_raw(sample, sensing.robot.cameras[place].max_range)),
        "policy": _url(_seen(seen)),
    }


def _raw(sample: ImageSample, max_range: float) -> Bytes:
    step = -(-sample.image.shape[1] // WIDEST)
    image = sample.image[::step, ::step]
    if isinstance(sample, ColorSample):
        picture: Bytes = image if sample.encoding == "bgr8" else image[:, :, ::-1]
        return np.ascontiguousarray(picture)
    assert isinstance(sample, DepthSample)
    return coloured(depth.to_metres(image) / np.float32(max_range))


def _seen(image: NDArray[np.float32]) -> Bytes:
    """Picture of (C, h, w) in [0, 1]; of depth, 0 is what the policy reads as invalid."""
    if image.shape[0] == 3:
        return (255.0 * image[::-1].transpose(1, 2, 0)).astype(np.uint8)
    return coloured(np.where(image[0] == depth.INVALID, np.float32(np.nan), image[0]))


def coloured(share: NDArray[np.float32]) -> Bytes:
    """BGR of (H, W) shares of the range: near is warm, far is blue, black where it is NaN."""
    unknown = np.isnan(share)
    near = 255.0 * (1.0 - np.clip(np.where(unknown, 1.0, share), 0.0, 1.0))
    picture: Bytes = cv2.applyColorMap(near.astype(np.uint8), cv2.COLORMAP_TURBO).astype(np.uint8)
    picture[unknown] = 0
    return picture


def _url(picture: Bytes) -> str:
    small = picture.shape[1] <= LOSSLESS
    done, data = cv2.imencode(".png" if small else ".jpg", picture)
    assert done
    return f"data:image/{'png' if small else 'jpeg'};base64,{b64encode(data.tobytes()).decode()}"
