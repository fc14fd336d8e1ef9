"""The simplest brain: an encoder per camera, everything else flattened, one MLP on all of it.

With the seed's seven modalities the features are its 15 + 20 + 20 = 55.
"""

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn

from ballbot_fusion.core import settings as core
from ballbot_fusion.core.spec import IMAGE_FEATURES, ObservationSpec
from ballbot_fusion.policies.action_head import ActionHead
from ballbot_fusion.policies.missing import MissingModalities
from ballbot_fusion.policies.policy import FusionPolicy, Tensors
from ballbot_fusion.policies.vision_encoder import VisionEncoder

FELT = ("orientation", "angular_vel", "vel", "motor_state", "actions", "slope")
"""What balancing needs: how the robot stands and moves, what its motors last did, the ground."""


def _places(part: slice) -> range:
    return range(part.start, part.stop)


class Settings(core.Settings):
    """Sizes of the concatenation policy."""

    image_features: int = Field(IMAGE_FEATURES, gt=0)
    """Features per camera."""
    hidden: tuple[Annotated[int, Field(gt=0)], ...] = (128, 128)
    """Widths of the action's hidden layers; empty: linear."""
    intent_hidden: tuple[Annotated[int, Field(gt=0)], ...] = (128, 64)
    """Widths of the intent's hidden layers."""
    learned_missing: bool = True
    """Learned embeddings for masked modalities; false: zeros."""


class Policy(FusionPolicy):
    """Separate encoders, concatenation, one head."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights."""
        super().__init__(spec)
        self.encoders = nn.ModuleDict(
            {
                entry.key: VisionEncoder(entry.shape, settings.image_features)
                for entry in spec.images
            }
        )
        slices = spec.feature_slices(settings.image_features)
        sizes = {key: part.stop - part.start for key, part in slices.items()}
        self.missing = MissingModalities(sizes, settings.learned_missing)
        fused = spec.fused_size(settings.image_features)
        felt = [place for key in FELT if key in spec for place in _places(slices[key])]
        self.head = ActionHead(fused, felt, settings.hidden, settings.intent_hidden)

    @property
    def vision(self) -> nn.Module:
        """See FusionPolicy.vision."""
        return self.encoders

    def encode(self, images: Tensors) -> dict[str, Tensor]:
        """See FusionPolicy.encode."""
        return {key: self.encoders[key](image) for key, image in images.items()}

    def fuse(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """See FusionPolicy.fuse: modality after modality, in the order of the spec."""
        parts = [
            self.missing(
                entry.key,
                self.visible(mask, entry.key),
                features[entry.key]
                if entry.is_image
                else self.scaling(entry.key, vectors[entry.key]),
            )
            for entry in self.spec
        ]
        return torch.cat(parts, dim=1)

    def decide(self, fused: Tensor) -> tuple[Tensor, Tensor]:
        """See FusionPolicy.decide."""
        action, intent = self.head(fused)
        return action, intent
