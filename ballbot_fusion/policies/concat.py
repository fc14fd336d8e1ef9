"""The simplest brain: an encoder per camera, everything else flattened, one MLP on all of it.

With the seed's seven modalities the features are its 15 + 20 + 20 = 55.
"""

from itertools import pairwise
from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn

from ballbot_fusion.core import settings as core
from ballbot_fusion.core.spec import IMAGE_FEATURES, ObservationSpec
from ballbot_fusion.policies.missing import MissingModalities
from ballbot_fusion.policies.modality_dropout import ModalityDropout
from ballbot_fusion.policies.policy import FusionPolicy, Tensors
from ballbot_fusion.policies.vision_encoder import VisionEncoder


class Settings(core.Settings):
    """Sizes of the concatenation policy."""

    image_features: int = Field(IMAGE_FEATURES, gt=0)
    """Features per camera."""
    hidden: tuple[Annotated[int, Field(gt=0)], ...] = (128, 128)
    """Widths of the head's hidden layers; empty: a linear head."""
    learned_missing: bool = True
    """Learned embeddings for masked modalities; false: zeros."""
    image_dropout: float = Field(0.1, ge=0.0, lt=1.0)
    """Share of samples in which a camera is hidden."""
    vector_dropout: float = Field(0.02, ge=0.0, lt=1.0)
    """Share of samples in which a vector modality is hidden."""


class Policy(FusionPolicy):
    """Separate encoders, concatenation, MLP head with a linear path beside it."""

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
        self.dropout = ModalityDropout(
            [settings.image_dropout if e.is_image else settings.vector_dropout for e in spec]
        )
        fused = spec.fused_size(settings.image_features)
        widths = (fused, *settings.hidden)
        layers: list[nn.Module] = []
        for wide, narrow in pairwise(widths):
            layers += [nn.Linear(wide, narrow), nn.ELU()]
        self.head = nn.Sequential(*layers, nn.Linear(widths[-1], 3))
        # Balancing is nearly linear: a direct path learns it at once, the MLP does the rest.
        self.direct = nn.Linear(fused, 3, bias=False)
        nn.init.zeros_(self.direct.weight)

    def encode(self, images: Tensors) -> dict[str, Tensor]:
        """See FusionPolicy.encode."""
        return {key: self.encoders[key](image) for key, image in images.items()}

    def fuse(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """See FusionPolicy.fuse: modality after modality, in the order of the spec."""
        mask = self.dropout(mask)
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

    def decide(self, fused: Tensor) -> Tensor:
        """See FusionPolicy.decide."""
        return torch.tanh(self.head(fused) + self.direct(fused))
