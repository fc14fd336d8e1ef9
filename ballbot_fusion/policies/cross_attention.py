"""Attention of many queries over many tokens: one modality asks, another conditions it."""

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


class CrossAttention(nn.Module):
    """Scaled dot-product attention (Vaswani et al., 2017), batch first, with a residual and norm.

    What asks stays what it is where there is nothing to pick: with (B, T, width) tokens in and out,
    a token that is told nothing keeps its content.
    """

    def __init__(self, width: int, heads: int) -> None:
        """For queries and tokens of ``width`` features."""
        super().__init__()
        self._split = (heads, width // heads)
        self.query = nn.Linear(width, width)
        # A bias would add the same to every score.
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)

    def _by_head(self, projected: Tensor) -> Tensor:
        """(B, T, width) -> (B, heads, T, width / heads)."""
        return projected.unflatten(2, self._split).transpose(1, 2)

    def forward(self, queries: Tensor, tokens: Tensor, ignored: Tensor) -> Tensor:
        """Return the queries, conditioned (B, Q, width).

        Args:
            queries: (B, Q, width).
            tokens: (B, T, width), finite.
            ignored: (B, T), true for tokens without influence; never for all of a sample.
        """
        asked, keys, values = (
            self._by_head(layer(part))
            for layer, part in (
                (self.query, queries), (self.key, tokens), (self.value, tokens),
            )
        )  # fmt: skip
        seen = ignored.logical_not()[:, None, None].expand(-1, -1, queries.shape[1], -1)
        picked = scaled_dot_product_attention(asked, keys, values, attn_mask=seen)
        conditioned: Tensor = self.norm(queries + self.output(picked.transpose(1, 2).flatten(2)))
        return conditioned

    def weights(self, queries: Tensor, tokens: Tensor, ignored: Tensor) -> Tensor:
        """Return where the queries look (B, heads, Q, T), with sum 1; see ``forward``."""
        asked, keys = self._by_head(self.query(queries)), self._by_head(self.key(tokens))
        scores = asked @ keys.transpose(2, 3) / self._split[1] ** 0.5
        return scores.masked_fill(ignored[:, None, None], -torch.inf).softmax(dim=-1)
