"""A transformer over modalities (the seed's pattern 4, TransformerFusion).

A token per modality, learned positions, three layers of self-attention, pooling, a linear layer.
Defaults are the seed's sizes. Otherwise than there, each vector is a token of its own, a masked one
is left out by key padding, and one learned token is always there. The fused features are what is
felt and the pooled token: 15 + 128 = 143 with the seed's modalities.
"""

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.grid_encoder import summary_encoder
from ballbot_fusion.policies.number_tokens import NumberTokens
from ballbot_fusion.policies.token_policy import TokenPolicy, TokenSettings


class Settings(TokenSettings):
    """Sizes of the transformer."""


class Policy(TokenPolicy):
    """One token per camera."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights."""
        width = settings.d_model
        super().__init__(
            spec,
            settings,
            lambda shape: summary_encoder(shape, width),
            NumberTokens(spec, width),
        )
