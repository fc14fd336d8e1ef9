"""Running statistics of the inputs, folded into the network (as VecNormalize does outside it)."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from ballbot_fusion.core.spec import ObservationSpec

Statistics = Mapping[str, Mapping[str, Sequence[float]]]
"""``mean`` and ``std`` per vector entry, by modality key."""
LEAST_SPREAD = 1e-3
"""Entries that hardly vary (a vertical velocity that is always 0) are not blown up beyond this."""


class InputScaling(nn.Module):
    """Shift and scale each vector modality; buffers, not parameters."""

    def __init__(self, spec: ObservationSpec) -> None:
        """Begin as the identity."""
        super().__init__()
        for entry in spec.vectors:
            self.register_buffer(f"{entry.key}_mean", torch.zeros(entry.size))
            self.register_buffer(f"{entry.key}_std", torch.ones(entry.size))

    def set_statistics(self, statistics: Statistics) -> None:
        """Take mean and spread from ``statistics``; modalities without any keep theirs."""
        for key, values in statistics.items():
            if hasattr(self, f"{key}_mean"):
                getattr(self, f"{key}_mean").copy_(torch.tensor(values["mean"]))
                spread = torch.tensor(values["std"]).clamp(min=LEAST_SPREAD)
                # A spread that small means a constant: leave its scale alone.
                spread = torch.where(spread <= LEAST_SPREAD, torch.ones_like(spread), spread)
                getattr(self, f"{key}_std").copy_(spread)

    def forward(self, key: str, value: Tensor) -> Tensor:
        """Scale (B, size) of one modality."""
        mean: Tensor = getattr(self, f"{key}_mean")
        std: Tensor = getattr(self, f"{key}_std")
        return (value - mean) / std
