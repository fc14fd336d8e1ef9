"""Policies that make a token or more of each modality and let them look at each other."""

from typing import Literal

from pydantic import Field
from torch import Tensor, nn

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.attention_settings import PARITY, AttentionSettings
from ballbot_fusion.policies.camera_policy import MakeEncoder
from ballbot_fusion.policies.context_policy import ContextPolicy
from ballbot_fusion.policies.headed import Size
from ballbot_fusion.policies.policy import Tensors
from ballbot_fusion.policies.pooling import mean_pool
from ballbot_fusion.policies.query_attention import QueryAttention
from ballbot_fusion.policies.self_attention import SelfAttention
from ballbot_fusion.policies.token_sequence import TokenSequence, in_tokens


class TokenSettings(AttentionSettings):
    """The seed's sizes of a transformer."""

    layers: Size = 3
    """Layers of attention between modalities."""
    feed_forward: Size = 512
    """Width of the hidden layer in each of them."""
    dropout: float = Field(0.1, ge=0.0, lt=1.0)
    """Share of their activations that is dropped in training."""
    pooling: Literal["mean", "query"] = "mean"
    """How tokens become one: their mean, or what a query made of what is felt picks."""


class TokenPolicy(ContextPolicy):
    """Tokens of all modalities, self-attention, pooling, a linear layer: that is the context.

    A masked modality's tokens are ignored by attention and pooling, not looked at as zeros.
    """

    parity = PARITY
    does_without = True

    def __init__(
        self,
        spec: ObservationSpec,
        settings: TokenSettings,
        camera: MakeEncoder,
        numbers: nn.Module,
    ) -> None:
        """Build with fresh weights.

        Args:
            spec: what is observed.
            settings: sizes.
            camera: builds an encoder of images into tokens (B, T, d_model), or one (B, d_model).
            numbers: vectors by key -> a token (B, d_model) of each, by key.
        """
        width, heads = settings.d_model, settings.heads
        # The runtime keeps a row of numbers per camera.
        super().__init__(
            spec, lambda shape: nn.Sequential(camera(shape), nn.Flatten()), settings, width
        )
        self._width = width
        self.numbers = numbers
        self.sequence = TokenSequence(len(spec), width)
        self.attention = SelfAttention(
            width, heads, settings.layers, settings.feed_forward, settings.dropout
        )
        asks = settings.pooling == "query"
        self.query = QueryAttention(self.direct_size, width, heads) if asks else None
        self.output = nn.Linear(width, width)

    def context(self, shown: Tensors, direct: Tensor, mask: Tensor) -> Tensor:
        """See ContextPolicy.context."""
        found = {**shown, **self.numbers(shown)}
        tokens = in_tokens(found, self.spec.keys, self._width)
        joined, ignored = self.sequence(tokens, mask)
        told = self.attention(joined, ignored)
        pooled = (
            mean_pool(told, ignored) if self.query is None else self.query(direct, told, ignored)
        )
        context: Tensor = self.output(pooled)
        return context
