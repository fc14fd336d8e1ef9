"""Early fusion of raw observations: the seed's warning example.

Pixels and vectors are concatenated (15 + 2 x 4096 = 8207 numbers with the seed's modalities; 8214
as deployed) and one MLP reads them all. The product of its first layer with the 8207 numbers is
the sum of the products with each modality's, so that a camera's part of it is computed when a
frame comes and not at every tick; it is the same function. The fused features are the MLP's (64).

Once mixed, what is felt cannot be told from what is seen: the action is made of all fused features
and the intent, so that here images and command reach the motors directly too.
"""

from math import sqrt

import torch
from pydantic import Field
from torch import Tensor, nn

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.headed import HeadedPolicy, HeadSettings, make_head
from ballbot_fusion.policies.missing import MissingModalities
from ballbot_fusion.policies.policy import Tensors

FUSED = "fused"


class Settings(HeadSettings):
    """Sizes of the one encoder; the embeddings of ``learned_missing`` are those of its width."""

    width: int = Field(256, gt=0)
    """Width of the layer that reads the raw numbers."""
    features: int = Field(64, gt=0)
    """Fused features."""


def _part(size: int, width: int, total: int) -> nn.Linear:
    """``size`` columns of a layer from ``total`` numbers, initialised as all of it would be."""
    layer = nn.Linear(size, width, bias=False)
    nn.init.uniform_(layer.weight, -1.0 / sqrt(total), 1.0 / sqrt(total))
    return layer


class Policy(HeadedPolicy):
    """One MLP on everything."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights."""
        total, width = sum(entry.size for entry in spec), settings.width
        pixels = {entry.shape: entry.size for entry in spec.images}
        super().__init__(
            spec, lambda shape: nn.Sequential(nn.Flatten(), _part(pixels[shape], width, total))
        )
        self.numbers = nn.ModuleDict({e.key: _part(e.size, width, total) for e in spec.vectors})
        self.bias = nn.Parameter(torch.zeros(width))
        self.missing = MissingModalities(dict.fromkeys(spec.keys, width), settings.learned_missing)
        self.encoder = nn.Sequential(nn.ELU(), nn.Linear(width, settings.features), nn.Tanh())
        self.head = make_head({FUSED: settings.features}, settings, (FUSED,))

    def fuse(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """See FusionPolicy.fuse: the one encoder's features."""
        parts = {key: self.numbers[key](value) for key, value in self.scaled(vectors).items()}
        found = self.filled(parts | dict(features), mask)
        mixed = torch.stack([self.bias.expand(len(mask), -1), *found.values()]).sum(dim=0)
        fused: Tensor = self.encoder(mixed)
        return fused
