"""Where in its image a token comes from."""

import torch
from torch import Tensor, nn

from ballbot_fusion.policies.token_sequence import SMALL


class TokenPlaces(nn.Module):
    """Adds a learned position to each token of an image, and normalises it."""

    def __init__(self, tokens: int, width: int) -> None:
        """For images of ``tokens`` tokens with ``width`` features."""
        super().__init__()
        self.positions = nn.Parameter(torch.randn(tokens, width) * SMALL)
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, tokens, width), normalised to mean 0 and spread 1."""
        placed: Tensor = self.norm(tokens + self.positions)
        return placed
