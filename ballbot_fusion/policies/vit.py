"""The transformer with patches for tokens: a small ViT per camera (the seed's other pattern 4).

Each camera's patches look at each other when a frame comes, and at the other modalities in every
tick. The fused features are as many as the transformer's: 15 + 128 = 143 with the seed's
modalities.
"""

from torch import nn

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.headed import Size
from ballbot_fusion.policies.number_tokens import NumberTokens
from ballbot_fusion.policies.patch_encoder import PatchTokens
from ballbot_fusion.policies.self_attention import SelfAttention
from ballbot_fusion.policies.token_policy import TokenPolicy, TokenSettings


class Settings(TokenSettings):
    """Sizes of the transformer and of the cameras'; the seed gives none for the latter."""

    patch: Size = 16
    """Side of a patch in pixels: a divisor of the image's."""
    camera_layers: Size = 2
    """Layers of attention within a camera; their sizes are those of the others."""


class Policy(TokenPolicy):
    """A token per patch."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights.

        Raises:
            ValueError: the images cannot be cut into such patches.
        """
        width, s = settings.d_model, settings

        def camera(shape: tuple[int, ...]) -> nn.Module:
            within = SelfAttention(width, s.heads, s.camera_layers, s.feed_forward, s.dropout)
            return PatchTokens(shape, s.patch, width, within)

        super().__init__(spec, settings, camera, NumberTokens(spec, width))
