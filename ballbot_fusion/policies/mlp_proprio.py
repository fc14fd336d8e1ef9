"""Concatenation with the seed's other proprioceptive encoder: 15 -> 32 -> ReLU -> 16, not 15.

With the seed's seven modalities the fused features are 16 + 20 + 20 = 56. What the spec has beyond
them (command, slope, age of the images) is flattened, as in ``concat``.
"""

import torch
from pydantic import Field
from torch import Tensor, nn

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies import concat
from ballbot_fusion.policies.felt import FELT, PROPRIOCEPTION
from ballbot_fusion.policies.headed import HeadedPolicy, make_head, sizes_of
from ballbot_fusion.policies.missing import MissingModalities
from ballbot_fusion.policies.policy import Tensors
from ballbot_fusion.policies.vision_encoder import VisionEncoder

ENCODED = "proprioception"
"""Name of the encoder's features, which come first."""


class Settings(concat.Settings):
    """Sizes of the concatenation and of the proprioceptive encoder."""

    proprio_hidden: int = Field(32, gt=0)
    """Width of the proprioceptive encoder's hidden layer."""
    proprio_features: int = Field(16, gt=0)
    """Features that it makes."""


class Policy(HeadedPolicy):
    """``concat``, but for the features of proprioception."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights."""
        super().__init__(spec, lambda shape: VisionEncoder(shape, settings.image_features))
        sizes = sizes_of(spec, settings.image_features)
        self.missing = MissingModalities(sizes, settings.learned_missing)
        numbers = sum(size for key, size in sizes.items() if key in PROPRIOCEPTION)
        self.proprioception = nn.Sequential(
            nn.Linear(numbers, settings.proprio_hidden),
            nn.ReLU(),
            nn.Linear(settings.proprio_hidden, settings.proprio_features),
        )
        rest = {key: size for key, size in sizes.items() if key not in PROPRIOCEPTION}
        fused = {ENCODED: settings.proprio_features} | rest
        self.head = make_head(fused, settings, (ENCODED, *FELT))

    def fuse(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """See FusionPolicy.fuse: proprioception encoded, then the others in the spec's order."""
        parts = self.filled(self.scaled(vectors) | dict(features), mask)
        own = [part for key, part in parts.items() if key in PROPRIOCEPTION]
        rest = [part for key, part in parts.items() if key not in PROPRIOCEPTION]
        # The empty part serves a spec without proprioception.
        encoded = self.proprioception(torch.cat([mask[:, :0], *own], dim=1))
        return torch.cat([encoded, *rest], dim=1)
