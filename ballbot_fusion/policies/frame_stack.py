"""Concatenation that sees the last 4 frames of each camera (the seed's option A, concatenated).

The spec must name stacks (``rgbd_stack_0``, ``rgbd_stack_1``) in place of single frames; they are
the channels of an image (4, 64, 64), newest first, and the encoder reads them at once when a frame
comes. The fused features are those of ``concat``, 55 with the seed's modalities.
"""

from ballbot_fusion.core.frame_stack import STACKS
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies import concat


class Settings(concat.Settings):
    """Sizes, as of ``concat``."""


class Policy(concat.Policy):
    """``concat`` of stacks."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights.

        Raises:
            ValueError: a spec with an image that is no stack.
        """
        single = [entry.key for entry in spec.images if entry.key not in STACKS]
        if single:
            raise ValueError(
                f"frame_stack needs stacks {list(STACKS)}, the spec has single frames {single}. "
                "Exchange them in keys, or use the architecture concat."
            )
        super().__init__(spec, settings)
