"""Camera images as small pictures that a browser shows: what came, and what the policy sees."""

from base64 import b64encode
from collections.abc import Mapping

import cv2
import numpy as np

from ballbot_fusion.core import depth
from ballbot_fusion.core.cameras import image_key
from ballbot_fusion.core.picture import Bytes, coloured, seen
from ballbot_fusion.core.robot import Camera, RobotConfig
from ballbot_fusion.core.samples import ColorSample, DepthSample, ImageSample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.tick_images import image_of

WIDEST = 240
"""Wider images are shown smaller, by whole steps."""
LOSSLESS = 96
"""Up to this width pictures are sent without loss, larger ones as JPEG: a tenth of the bytes."""


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
    view = image_of(sensing, sensing.spec.images[place], sample)
    return {
        "words": words,
        "raw": _url(_raw(sample, sensing.robot.cameras[place])),
        "policy": _url(seen(view)),
    }


def _raw(sample: ImageSample, camera: Camera) -> Bytes:
    step = -(-sample.image.shape[1] // WIDEST)
    image = sample.image[::step, ::step]
    if isinstance(sample, ColorSample):
        picture: Bytes = image if sample.encoding == "bgr8" else image[:, :, ::-1]
        return np.ascontiguousarray(picture)
    assert isinstance(sample, DepthSample)
    metres = depth.to_metres(image, camera.depth_unit_m)
    return coloured(metres / np.float32(camera.max_range))


def _url(picture: Bytes) -> str:
    small = picture.shape[1] <= LOSSLESS
    done, data = cv2.imencode(".png" if small else ".jpg", picture)
    assert done
    return f"data:image/{'png' if small else 'jpeg'};base64,{b64encode(data.tobytes()).decode()}"
