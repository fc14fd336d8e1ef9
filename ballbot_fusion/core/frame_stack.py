"""The last frames of a camera on the channel axis, for policies that see how things move.

Only frames that follow one another closely are stacked: after an outage a stack begins anew, and
zeros (nothing but an invalid frame reads so) say how many frames it lacks. What is older than a gap
never stands beside what is newer.
"""

import numpy as np
from numpy.typing import NDArray

LENGTH = 4
"""Frames of a stack, newest first."""
GAP_NS = 80_000_000
"""Frames taken so far apart are not stacked, ns: at 30 Hz one may be lost between them, not two."""
STACKS = {"rgbd_stack_0": "rgbd_0", "rgbd_stack_1": "rgbd_1"}
"""Modalities that are stacks, and what each is a stack of."""

Stack = NDArray[np.float32]


def frame_shape(key: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Shape (C, h, w) of a single frame of the modality ``key``, which has ``shape``."""
    return (shape[0] // LENGTH, *shape[1:]) if key in STACKS else shape


def stacked(frame: NDArray[np.float32], before: Stack | None) -> Stack:
    """Put ``frame`` (C, h, w) before the newest of ``before`` (LENGTH * C, h, w); None: zeros."""
    stack = np.zeros((LENGTH * len(frame), *frame.shape[1:]), np.float32)
    stack[: len(frame)] = frame
    if before is not None:
        stack[len(frame) :] = before[: -len(frame)]
    return stack
