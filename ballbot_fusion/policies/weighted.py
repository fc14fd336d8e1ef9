"""A learned softmax weight per modality (the seed's weighted combination).

Every modality becomes features of one size (20): cameras by the seed's encoder, vectors by a linear
layer and tanh. Their weighted sum is the context; the weights are the same for all observations,
those of masked modalities go to the others. The fused features are what is felt and the sum:
15 + 20 = 35 with the seed's modalities.
"""

import torch
from pydantic import Field
from torch import Tensor, nn

from ballbot_fusion.core.spec import IMAGE_FEATURES, ObservationSpec
from ballbot_fusion.policies.context_policy import ContextPolicy
from ballbot_fusion.policies.headed import HeadSettings
from ballbot_fusion.policies.policy import Tensors
from ballbot_fusion.policies.token_sequence import TokenSequence
from ballbot_fusion.policies.vision_encoder import VisionEncoder


class Settings(HeadSettings):
    """Size of the features."""

    width: int = Field(IMAGE_FEATURES, gt=0)
    """Features of every modality."""


class Policy(ContextPolicy):
    """One weighted sum of all modalities."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights; at first all weights are equal."""
        width = settings.width
        super().__init__(spec, lambda shape: VisionEncoder(shape, width), settings, width)
        self.numbers = nn.ModuleDict(
            {e.key: nn.Sequential(nn.Linear(e.size, width), nn.Tanh()) for e in spec.vectors}
        )
        self.sequence = TokenSequence(len(spec), width)
        self.weights = nn.Parameter(torch.zeros(1 + len(spec)))

    def context(self, shown: Tensors, direct: Tensor, mask: Tensor) -> Tensor:  # noqa: ARG002
        """See ContextPolicy.context."""
        found = [
            shown[e.key] if e.is_image else self.numbers[e.key](shown[e.key]) for e in self.spec
        ]
        tokens, ignored = self.sequence([part[:, None] for part in found], mask)
        weights = self.weights.masked_fill(ignored, -torch.inf).softmax(dim=1)
        return torch.einsum("bt,btw->bw", weights, tokens)
