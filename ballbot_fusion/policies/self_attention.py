"""Layers of self-attention between tokens."""

from torch import Tensor, nn

HIDDEN = -1e9
"""Added to the scores of tokens that are kept apart: their weights are exactly 0. Infinity would be
a constant of the exported graph, whose constants must be finite."""


class SelfAttention(nn.Module):
    """Transformer encoder layers as the seed's: torch's own, ReLU, normalised after each step.

    torch's TransformerEncoder would copy one layer, fresh weights included; these differ.
    """

    def __init__(
        self, width: int, heads: int, layers: int, feed_forward: int, dropout: float
    ) -> None:
        """For tokens of ``width`` features."""
        super().__init__()
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(width, heads, feed_forward, dropout, batch_first=True)
            for _ in range(layers)
        )

    def forward(
        self, tokens: Tensor, ignored: Tensor | None = None, apart: Tensor | None = None
    ) -> Tensor:
        """Let tokens (B, T, width) look at each other.

        Args:
            tokens: finite, those to ignore too.
            ignored: (B, T), true for tokens that nobody looks at (key padding).
            apart: (T, T), true where the row's token must not look at the column's.
        """
        scores = None if apart is None else HIDDEN * apart.to(tokens)
        for layer in self.layers:
            tokens = layer(tokens, src_mask=scores, src_key_padding_mask=ignored)
        return tokens
