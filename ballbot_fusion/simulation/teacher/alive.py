"""Which label belongs to a mask: a teacher answers for every set of cameras that may be alive."""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.sensing import IMAGE_SOURCES
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.simulation.teacher.teacher import CAMERAS


def alive_index(mask: NDArray[np.float32], spec: ObservationSpec) -> NDArray[np.int64]:
    """Index into CAMERAS (N,) for masks (N, modalities).

    A policy without cameras is taught as if both were alive: it is told what it cannot know, as a
    baseline that drives blind.
    """
    if not spec.images:
        return np.full(len(mask), len(CAMERAS) - 1, np.int64)
    index = np.zeros(len(mask), np.int64)
    for entry in spec.images:
        camera = IMAGE_SOURCES[entry.key] - Source.CAMERA_0
        index |= (mask[:, spec.keys.index(entry.key)] > 0.5).astype(np.int64) << camera
    return index
