"""What the robot was told: in force until the next is said, it is taken back, or its time ends.

A velocity command comes twenty times a second and half a second of silence ends it; nobody says "go
forward" twenty times a second.
"""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.channel import Channel
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import InstructionSample
from ballbot_fusion.core.spec import INSTRUCTION, MODALITIES

_NOTHING = np.zeros(MODALITIES[INSTRUCTION].shape, np.float32)


def embedding(channel: Channel) -> NDArray[np.float32]:
    """Return the embedding of what was said last; zeros when that is nothing."""
    held = channel.sample
    if isinstance(held, InstructionSample) and held.embedding.size:
        return held.embedding
    return _NOTHING


def health(channel: Channel, found: Reason, lasts_s: float, now_ns: int) -> Reason:
    """Return why there is no instruction to follow, or OK.

    Args:
        channel: the stream of instructions.
        found: what the stream's own rules say.
        lasts_s: how long an instruction is in force, s; infinite: until the next.
        now_ns: steady time.
    """
    held = channel.sample
    if not isinstance(held, InstructionSample):
        return found
    over = not held.embedding.size or (now_ns - held.arrival_ns) * 1e-9 >= lasts_s
    return Reason.SILENT if over else found
