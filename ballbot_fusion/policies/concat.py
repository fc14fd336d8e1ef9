"""The simplest brain: an encoder per camera, everything else flattened, one MLP on all of it.

With the seed's seven modalities the features are its 15 + 20 + 20 = 55.
"""

from pydantic import Field
from torch import Tensor

from ballbot_fusion.core.spec import IMAGE_FEATURES, ObservationSpec
from ballbot_fusion.policies.headed import HeadedPolicy, HeadSettings, make_head, sizes_of
from ballbot_fusion.policies.missing import MissingModalities
from ballbot_fusion.policies.policy import Tensors
from ballbot_fusion.policies.vision_encoder import VisionEncoder


class Settings(HeadSettings):
    """Sizes of the concatenation policy."""

    image_features: int = Field(IMAGE_FEATURES, gt=0)
    """Features per camera."""


class Policy(HeadedPolicy):
    """Separate encoders, concatenation, one head."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights."""
        super().__init__(spec, lambda shape: VisionEncoder(shape, settings.image_features))
        sizes = sizes_of(spec, settings.image_features)
        self.missing = MissingModalities(sizes, settings.learned_missing)
        self.head = make_head(sizes, settings)

    def fuse(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """See FusionPolicy.fuse: modality after modality, in the order of the spec."""
        return self.joined(self.scaled(vectors) | dict(features), mask)
