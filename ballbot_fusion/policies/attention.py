"""Cross-modal attention: what the robot feels asks, the cameras answer (the seed's pattern 3).

The query is made of all vectors; keys and values are the 4 x 4 tokens of each camera, and one
learned token that is always there, for when no camera is. A masked camera's tokens are left out of
the softmax. The fused features are the vectors, then what was picked: 15 + 128 = 143 with the
seed's modalities.
"""

from torch import Tensor, nn

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.attention_settings import PARITY, AttentionSettings
from ballbot_fusion.policies.context_policy import ContextPolicy
from ballbot_fusion.policies.grid_encoder import GridTokens
from ballbot_fusion.policies.policy import Tensors
from ballbot_fusion.policies.query_attention import QueryAttention
from ballbot_fusion.policies.token_sequence import TokenSequence, in_tokens


class Settings(AttentionSettings):
    """Sizes of the attention policy. The seed gives none for this pattern: those of its others."""


class Policy(ContextPolicy):
    """Vectors as a query over the tokens of both cameras."""

    parity = PARITY
    does_without = True

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights."""
        width, vectors = settings.d_model, [entry.key for entry in spec.vectors]
        super().__init__(
            spec,
            lambda shape: nn.Sequential(GridTokens(shape, width), nn.Flatten()),
            settings,
            width,
            vectors,
        )
        self._width = width
        self.sequence = TokenSequence(len(spec.images), width)
        self.attention = QueryAttention(self.direct_size, width, settings.heads)

    def _tokens(self, shown: Tensors, mask: Tensor) -> tuple[Tensor, Tensor]:
        keys = [entry.key for entry in self.spec.images]
        columns = [self.spec.keys.index(key) for key in keys]
        return self.sequence(in_tokens(shown, keys, self._width), mask[:, columns])

    def context(self, shown: Tensors, direct: Tensor, mask: Tensor) -> Tensor:
        """See ContextPolicy.context."""
        picked: Tensor = self.attention(direct, *self._tokens(shown, mask))
        return picked

    def looks(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """Return how much each head looks at each token (B, heads, 1 + 16 per camera), with sum 1.

        Arguments as for ``fuse``; the first token is the one that is always there, then come the
        cells of each camera, row after row.
        """
        shown, direct = self.prepare(vectors, features, mask)
        return self.attention.weights(direct, *self._tokens(shown, mask))
