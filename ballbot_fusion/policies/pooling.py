"""From a sequence of tokens to one vector."""

import torch
from torch import Tensor


def mean_pool(tokens: Tensor, ignored: Tensor) -> Tensor:
    """Mean (B, width) of tokens (B, T, width) that are not ignored (B, T)."""
    kept = ignored[:, :, None].logical_not()
    total = torch.where(kept, tokens, torch.zeros_like(tokens)).sum(dim=1)
    return total / kept.to(tokens.dtype).sum(dim=1)
