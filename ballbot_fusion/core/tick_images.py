"""Frames of the cameras in the form that policies see, the newest of each alone."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import color, depth, frame_stack
from ballbot_fusion.core.samples import ColorSample, DepthSample, ImageSample, Source
from ballbot_fusion.core.sensing import IMAGE_SOURCES, Sensing
from ballbot_fusion.core.spec import Modality
from ballbot_fusion.core.synchronizer import Synchronizer, Trusted
from ballbot_fusion.core.tick_state import Frames, Images, TickState
from ballbot_fusion.core.viewpoint import seen_from


def image_of(sensing: Sensing, entry: Modality, sample: ImageSample) -> NDArray[np.float32]:
    """Bring a frame into the form that policies see: (C, h, w), one of a stack."""
    if isinstance(sample, ColorSample):
        return color.normalised(sample.image, sample.encoding, entry.shape)
    camera = sensing.robot.cameras[sample.source - Source.CAMERA_0]
    shape = frame_stack.frame_shape(entry.key, entry.shape)
    view = camera.seen
    if view is not None and isinstance(sample, DepthSample):
        return seen_from(camera, view, sample, shape)
    return depth.normalised(sample.image, shape, camera.max_range, camera.depth_unit_m)


def with_newest(
    sensing: Sensing, state: TickState, sync: Synchronizer, trusted: Sequence[Trusted]
) -> tuple[Images, tuple[Frames, Frames], frozenset[str]]:
    """Bring only the newest new frame of each camera into the policy's form.

    Returns:
        The images by camera, the frames stacked behind them, and the keys of those that changed.
    """
    newest = {t.sample.source: t.sample for t in trusted if isinstance(t.sample, ImageSample)}
    images, fresh = list(state.images), []
    earlier = state.earlier if sensing.stacks else ((), ())
    for entry in sensing.spec.images:
        source = IMAGE_SOURCES[entry.key]
        camera = source - Source.CAMERA_0
        image = images[camera]
        if source not in newest and (image is None or image.shape != entry.shape):
            # A policy that sees otherwise drove until now: it is given the frame that is there.
            held, image = sync.channels[source].sample, None
            if isinstance(held, ImageSample):
                newest[source] = held
        if source in newest:
            if entry.key in frame_stack.STACKS:
                image, earlier = _on_stack(sensing, entry, state, sync, newest[source])
            else:
                image = image_of(sensing, entry, newest[source])
            images[camera] = image
            state = state._replace(earlier=earlier)
            fresh.append(entry.key)
    return (images[0], images[1]), earlier, frozenset(fresh)


def _on_stack(
    sensing: Sensing, entry: Modality, state: TickState, sync: Synchronizer, newest: ImageSample
) -> tuple[NDArray[np.float32], tuple[Frames, Frames]]:
    """Put a frame on its camera's stack; return it and the earlier frames of all cameras.

    The stack goes on if it has the spec's form and its newest frame was taken shortly before.
    """
    camera = newest.source - Source.CAMERA_0
    before, image = state.sync.channels[newest.source], state.images[camera]
    apart_ns = sync.channels[newest.source].taken_ns - before.taken_ns
    frames: Frames = ()
    goes_on = image is not None and image.shape == entry.shape and apart_ns > 0
    if goes_on and apart_ns < frame_stack.GAP_NS and isinstance(before.sample, ImageSample):
        frames = (before.sample, *state.earlier[camera])[: frame_stack.LENGTH - 1]
    stack = frame_stack.stacked(image_of(sensing, entry, newest), image if frames else None)
    first, second = (frames if k == camera else state.earlier[k] for k in (0, 1))
    return stack, (first, second)
