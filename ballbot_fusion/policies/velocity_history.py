"""Concatenation, with the last velocities as a part of what is felt (the seed's velocity history).

The spec must name ``vel_history``: 8 velocities, 25 ms apart. How many of them are used, and how
far apart, is a setting. With the seed's seven modalities and all 8 the fused features are those of
``concat``, 55, and 24 more: 79.
"""

from pydantic import Field, model_validator
from torch import Tensor

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.velocity_history import KEY, LENGTH
from ballbot_fusion.policies import concat
from ballbot_fusion.policies.felt import FELT
from ballbot_fusion.policies.headed import HeadedPolicy, make_head, sizes_of
from ballbot_fusion.policies.missing import MissingModalities
from ballbot_fusion.policies.policy import Tensors
from ballbot_fusion.policies.vision_encoder import VisionEncoder


class Settings(concat.Settings):
    """Sizes of the concatenation, and which velocities are used."""

    steps: int = Field(LENGTH, gt=0, le=LENGTH)
    """Velocities used, the newest among them."""
    every: int = Field(1, gt=0)
    """Every how many of those in the spec."""

    @model_validator(mode="after")
    def _fits(self) -> "Settings":
        if (self.steps - 1) * self.every >= LENGTH:
            raise ValueError(
                f"steps {self.steps} with every {self.every} reach further back than the {LENGTH} "
                "velocities of the spec; use fewer, or closer ones"
            )
        return self


class Policy(HeadedPolicy):
    """``concat``; the head feels how the robot moved before."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights.

        Raises:
            ValueError: a spec without velocities to remember.
        """
        if KEY not in spec:
            raise ValueError(
                f"velocity_history needs the modality {KEY!r}, the spec has {list(spec.keys)}. Add "
                "it to keys, or use the architecture concat."
            )
        super().__init__(spec, lambda shape: VisionEncoder(shape, settings.image_features))
        self._steps, self._every = settings.steps, settings.every
        sizes = sizes_of(spec, settings.image_features)
        sizes[KEY] = settings.steps * spec[KEY].shape[1]
        self.missing = MissingModalities(sizes, settings.learned_missing)
        self.head = make_head(sizes, settings, (*FELT, KEY))

    def fuse(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """See FusionPolicy.fuse: modality after modality, in the order of the spec."""
        found = self.scaled(vectors)
        found[KEY] = self._used(found[KEY])
        return self.joined(found | dict(features), mask)

    def _used(self, history: Tensor) -> Tensor:
        """Choose (B, steps * 3) of (B, LENGTH * 3), newest first."""
        moments = history.unflatten(1, (LENGTH, -1))
        return moments[:, :: self._every][:, : self._steps].flatten(1)
