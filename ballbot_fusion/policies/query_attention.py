"""One query over many tokens: attention as a way to pick."""

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


class QueryAttention(nn.Module):
    """Scaled dot-product attention (Vaswani et al., 2017) of a single query per sample.

    Projections bring a query of any size to that of the tokens. Keys have no bias: it would add the
    same to every score.
    """

    def __init__(self, query: int, width: int, heads: int) -> None:
        """For queries of ``query`` numbers and tokens of ``width``."""
        super().__init__()
        self._split = (heads, width // heads)
        self.query = nn.Linear(query, width)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)

    def _by_head(self, projected: Tensor) -> Tensor:
        """(B, T, width) -> (B, heads, T, width / heads)."""
        return projected.unflatten(2, self._split).transpose(1, 2)

    def forward(self, query: Tensor, tokens: Tensor, ignored: Tensor) -> Tensor:
        """Return what the query picks (B, width).

        Args:
            query: (B, query).
            tokens: (B, T, width), finite.
            ignored: (B, T), true for tokens without influence; never for all of a sample.
        """
        asked = self._by_head(self.query(query)[:, None])
        keys, values = self._by_head(self.key(tokens)), self._by_head(self.value(tokens))
        seen = ignored.logical_not()[:, None, None]
        picked = scaled_dot_product_attention(asked, keys, values, attn_mask=seen)
        found: Tensor = self.output(picked.flatten(1))
        return found

    def weights(self, query: Tensor, tokens: Tensor, ignored: Tensor) -> Tensor:
        """Return where the query looks (B, heads, T), with sum 1; arguments as for ``forward``."""
        asked = self._by_head(self.query(query)[:, None])
        keys = self._by_head(self.key(tokens))
        scores = asked @ keys.transpose(2, 3) / self._split[1] ** 0.5
        hidden = ignored[:, None, None]
        return scores.masked_fill(hidden, -torch.inf).softmax(dim=-1)[:, :, 0]
