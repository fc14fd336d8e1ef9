"""True decision-level fusion: each modality proposes an action, confidences combine them.

Each modality, encoded on its own, gives an action in [-1, 1], an intended velocity and a
confidence; so does a constant that is always there. The softmax of the confidences of those that
are not masked weighs the proposals. (The seed calls concatenation of features 'decision level';
that is ``concat``.) A camera knows nothing of the tilt, a gyroscope nothing of the pit: no proposal
can be right alone, and images reach the motors directly.

The fused features are the proposals, 7 numbers each: 3 + 3 + the weight. With the seed's modalities
(7 + 1) x 7 = 56.
"""

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn

from ballbot_fusion.core import settings as core
from ballbot_fusion.core.spec import IMAGE_FEATURES, ObservationSpec
from ballbot_fusion.policies.action_head import ACTION, INTENT
from ballbot_fusion.policies.camera_policy import CameraPolicy
from ballbot_fusion.policies.mlp import mlp
from ballbot_fusion.policies.policy import Tensors, masked
from ballbot_fusion.policies.vision_encoder import VisionEncoder

PROPOSAL = (ACTION, INTENT, 1)
"""Numbers of a proposal: action, intent, confidence (in the fused features: weight)."""


class Settings(core.Settings):
    """Sizes of the networks that propose."""

    image_features: int = Field(IMAGE_FEATURES, gt=0)
    """Features per camera."""
    hidden: tuple[Annotated[int, Field(gt=0)], ...] = (64, 64)
    """Widths of each modality's hidden layers; empty: linear."""


class Policy(CameraPolicy):
    """As many small policies as modalities, and a vote."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights."""
        super().__init__(spec, lambda shape: VisionEncoder(shape, settings.image_features))
        sizes = {e.key: settings.image_features if e.is_image else e.size for e in spec}
        self.proposers = nn.ModuleDict(
            {key: mlp((size, *settings.hidden), sum(PROPOSAL)) for key, size in sizes.items()}
        )
        self.always = nn.Parameter(torch.zeros(1, sum(PROPOSAL)))

    def fuse(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """See FusionPolicy.fuse: the constant proposal, then those in the spec's order."""
        found = self.scaled(vectors) | dict(features)
        proposals = [self.always.expand(len(mask), -1)]
        for entry in self.spec:
            made = self.proposers[entry.key](found[entry.key])
            proposals.append(masked(self.visible(mask, entry.key), made, torch.zeros_like(made)))
        action, intent, confidence = torch.stack(proposals, dim=1).split(PROPOSAL, dim=2)
        shown = torch.cat([torch.ones_like(mask[:, :1]), mask], dim=1)[:, :, None] > 0.5
        weight = confidence.masked_fill(~shown, -torch.inf).softmax(dim=1)
        return torch.cat([torch.tanh(action), intent, weight], dim=2).flatten(1)

    def decide(self, fused: Tensor) -> tuple[Tensor, Tensor]:
        """See FusionPolicy.decide: the weighted mean of the proposals."""
        proposals = fused.unflatten(1, (1 + len(self.spec), sum(PROPOSAL)))
        action, intent, weight = proposals.split(PROPOSAL, dim=2)
        # Weights add up to 1 but for rounding.
        return (action * weight).sum(dim=1).clamp(-1.0, 1.0), (intent * weight).sum(dim=1)
