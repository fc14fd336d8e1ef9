"""Attention in two steps: within each modality, then across modalities (the seed's hierarchical).

Local: the 16 cells of a camera look at each other, and so do the numbers of a vector, each of which
is a token; the mean of a modality's tokens goes on. Global: one token per modality, as in
``transformer``. The seed's sizes: 128 features, 4 heads locally, 8 globally; a layer of each, which
here includes a feed-forward step. The fused features are what is felt and the pooled token:
15 + 128 = 143 with the seed's modalities.
"""

from torch import Tensor, nn

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.attention_settings import Heads
from ballbot_fusion.policies.grid_encoder import GridTokens
from ballbot_fusion.policies.headed import Size
from ballbot_fusion.policies.local_numbers import LocalNumbers
from ballbot_fusion.policies.self_attention import SelfAttention
from ballbot_fusion.policies.token_policy import TokenPolicy, TokenSettings


class Settings(TokenSettings):
    """Sizes of both steps; ``heads`` and ``layers`` are those of the global one."""

    local_heads: Heads = 4
    """Attention heads within a modality."""
    layers: Size = 1
    """Layers of attention, in each step."""


class LocalCamera(nn.Module):
    """(B, C, H, W) -> one token (B, width): the grid's cells, after they looked at each other."""

    def __init__(self, shape: tuple[int, ...], width: int, attention: SelfAttention) -> None:
        """Encode images of ``shape`` (C, H, W)."""
        super().__init__()
        self.cells = GridTokens(shape, width)
        self.attention = attention

    def forward(self, image: Tensor) -> Tensor:
        """Encode a batch."""
        token: Tensor = self.attention(self.cells(image)).mean(dim=1)
        return token


class Policy(TokenPolicy):
    """Local attention makes the tokens of a transformer."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights."""
        width, s = settings.d_model, settings

        def within() -> SelfAttention:
            return SelfAttention(width, s.local_heads, s.layers, s.feed_forward, s.dropout)

        super().__init__(
            spec,
            settings,
            lambda shape: LocalCamera(shape, width, within()),
            LocalNumbers(spec, width, within()),
        )
