"""One shared encoder for all modalities, and a head for each (the seed's pattern 2).

An adapter brings each modality to the same width: a linear layer for a vector, one convolutional
stem for all images of a shape. Behind it all modalities go through the same layers, then each
through its own head; the heads' features are concatenated.

Both cameras share everything but their heads, which is where this saves parameters. The fused
features are as many as those of ``concat``: 15 + 20 + 20 = 55 with the seed's modalities.
"""

from pydantic import Field
from torch import Tensor, nn

from ballbot_fusion.core.spec import IMAGE_FEATURES, ObservationSpec
from ballbot_fusion.policies.headed import HeadedPolicy, HeadSettings, make_head, sizes_of
from ballbot_fusion.policies.missing import MissingModalities
from ballbot_fusion.policies.policy import Tensors
from ballbot_fusion.policies.vision_encoder import VisionEncoder


class Settings(HeadSettings):
    """Sizes of the shared encoder and the heads."""

    width: int = Field(64, gt=0)
    """Numbers that every modality becomes, before and in the shared encoder."""
    image_features: int = Field(IMAGE_FEATURES, gt=0)
    """Features that a camera's head makes."""


class Policy(HeadedPolicy):
    """Adapters, one encoder, heads, concatenation."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights."""
        width = settings.width
        trunk = nn.Sequential(nn.Linear(width, width), nn.ELU(), nn.Linear(width, width), nn.ELU())
        shapes = dict.fromkeys(entry.shape for entry in spec.images)
        stems = {shape: VisionEncoder(shape, width) for shape in shapes}

        def through_the_trunk(shape: tuple[int, ...]) -> nn.Module:
            head = nn.Linear(width, settings.image_features)
            return nn.Sequential(stems[shape], trunk, head, nn.Tanh())

        super().__init__(spec, through_the_trunk)
        self.trunk = trunk
        self.adapters = nn.ModuleDict({e.key: nn.Linear(e.size, width) for e in spec.vectors})
        self.heads = nn.ModuleDict({e.key: nn.Linear(width, e.size) for e in spec.vectors})
        sizes = sizes_of(spec, settings.image_features)
        self.missing = MissingModalities(sizes, settings.learned_missing)
        self.head = make_head(sizes, settings)

    def fuse(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """See FusionPolicy.fuse: head after head, in the order of the spec."""
        # A vector is added to what its head makes of it: balancing is linear, and stays so.
        made = {
            key: value + self.heads[key](self.trunk(self.adapters[key](value)))
            for key, value in self.scaled(vectors).items()
        }
        return self.joined(made | dict(features), mask)
