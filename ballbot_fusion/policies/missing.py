"""What stands in for a modality that is masked: a learned embedding, or zeros."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn


class MissingModalities(nn.Module):
    """One embedding per modality, chosen where the mask hides it."""

    def __init__(self, sizes: Mapping[str, int], learned: bool) -> None:
        """``sizes`` are the feature counts by key; without ``learned`` all embeddings stay zero."""
        super().__init__()
        for key, size in sizes.items():
            embedding = torch.zeros(size)
            if learned:
                self.register_parameter(key, nn.Parameter(embedding))
            else:
                self.register_buffer(key, embedding)

    def forward(self, keys: Sequence[str]) -> Tensor:
        """Return the embeddings (N,) of some modalities, one behind the other."""
        return torch.cat([getattr(self, key) for key in keys])
