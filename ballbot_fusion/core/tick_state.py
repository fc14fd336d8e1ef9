"""What a tick remembers."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.estimator import ZERO, Estimate
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import ImageSample
from ballbot_fusion.core.synchronizer import Synchronizer, initial_synchronizer
from ballbot_fusion.core.velocity_history import History

Images = tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]
"""One (C, h, w) image per camera, None before the first."""
Frames = tuple[ImageSample, ...]
"""Frames of one camera as they came, newest first."""


class TickState(NamedTuple):
    """Everything that a tick remembers."""

    sync: Synchronizer
    estimate: Estimate
    command: Vector
    """Commanded vx, vy [m/s], yaw rate [rad/s] after the limits."""
    images: Images
    """The newest trusted frames as policies see them, by camera."""
    now_ns: int
    earlier: tuple[Frames, Frames] = ((), ())
    """Frames that are stacked behind the newest, newest first, by camera, for a spec of stacks."""
    history: History = ()
    """The last velocities, for a spec that names ``vel_history``."""


def initial_state(now_ns: int, clock_offset_ns: int) -> TickState:
    """Nothing sensed yet. ``clock_offset_ns`` is steady minus ROS time at ``now_ns``."""
    sync = initial_synchronizer(now_ns, clock_offset_ns)
    return TickState(sync, Estimate(), ZERO, (None, None), now_ns)
