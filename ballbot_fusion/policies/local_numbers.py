"""Local attention among the numbers of each vector."""

from itertools import chain, repeat

import torch
from torch import Tensor, nn

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.policy import Tensors
from ballbot_fusion.policies.self_attention import SelfAttention


class LocalNumbers(nn.Module):
    """Each number is a token that looks at those of its own vector; their mean is the vector's.

    All vectors go through at once; those of others are kept apart, which is the same as one after
    the other.
    """

    apart: Tensor
    mean: Tensor

    def __init__(self, spec: ObservationSpec, width: int, attention: SelfAttention) -> None:
        """For the vectors of ``spec``, with tokens of ``width`` features."""
        super().__init__()
        self._keys = tuple(entry.key for entry in spec.vectors)
        sizes = [entry.size for entry in spec.vectors]
        owner = torch.tensor(
            list(chain.from_iterable(repeat(i, size) for i, size in enumerate(sizes))),
            dtype=torch.long,
        )
        own = owner[None] == torch.arange(len(sizes))[:, None]
        self.register_buffer("apart", owner[:, None] != owner[None], persistent=False)
        self.register_buffer("mean", own / own.sum(dim=1, keepdim=True), persistent=False)
        # A linear layer of each number's own: times a direction, plus a position.
        self.direction = nn.Parameter(torch.randn(len(owner), width))
        self.position = nn.Parameter(torch.randn(len(owner), width))
        self.attention = attention

    def forward(self, vectors: Tensors) -> dict[str, Tensor]:
        """Return tokens (B, width) of finite vectors (B, size), by key."""
        if not self._keys:
            return {}
        numbers = torch.cat([vectors[key] for key in self._keys], dim=1)
        tokens = numbers[:, :, None] * self.direction + self.position
        found = self.mean @ self.attention(tokens, apart=self.apart)
        return dict(zip(self._keys, found.unbind(dim=1), strict=True))
