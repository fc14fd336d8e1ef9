"""Features of modalities as a sequence of tokens, with those to ignore where the mask hides."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from ballbot_fusion.policies.policy import Tensors

SMALL = 0.02
"""Spread of fresh positions and tokens: small beside that of the features."""


class TokenSequence(nn.Module):
    """A learned token that is always there, then those of each modality, with its position added.

    The first lets attention be finite when everything is masked, and look at nothing when nothing
    matters. The seed's positions are (3, width), one per modality; here too.
    """

    def __init__(self, modalities: int, width: int) -> None:
        """Positions for ``modalities`` of tokens with ``width`` features."""
        super().__init__()
        self.always = nn.Parameter(torch.randn(1, 1, width) * SMALL)
        self.positions = nn.Parameter(torch.randn(modalities, width) * SMALL)

    def forward(self, tokens: Sequence[Tensor | None], mask: Tensor) -> tuple[Tensor, Tensor]:
        """Join tokens (B, T_i, width) of modalities i.

        Args:
            tokens: of each modality; finite even where masked. None: the whole batch does without.
            mask: (B, modalities), 1 where the modality may be used.

        Returns:
            tokens (B, 1 + sum T_i, width), and which of them to ignore (B, 1 + sum T_i), boolean.
        """
        always = self.always.expand(len(mask), -1, -1)
        placed = [
            part + place
            for part, place in zip(tokens, self.positions, strict=True)
            if part is not None
        ]
        hidden = mask < 0.5
        ignored = [mask.new_zeros((len(mask), 1), dtype=torch.bool)] + [
            hidden[:, column : column + 1].expand(-1, part.shape[1])
            for column, part in enumerate(tokens)
            if part is not None
        ]
        return torch.cat([always, *placed], dim=1), torch.cat(ignored, dim=1)


def in_tokens(found: Tensors, keys: Iterable[str], width: int) -> list[Tensor | None]:
    """Rows of numbers (B, T * width) as tokens (B, T, width), by key; None where there are none."""
    return [found[key].unflatten(1, (-1, width)) if key in found else None for key in keys]
