"""Vectors as tokens."""

from torch import Tensor, nn

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.policy import Tensors


class NumberTokens(nn.ModuleDict):
    """A token for each vector: the seed's Linear, LayerNorm, ReLU, for each of its own.

    The seed makes one token of all 15 proprioceptive numbers; but they come from several sensors,
    and each must be maskable.
    """

    def __init__(self, spec: ObservationSpec, width: int) -> None:
        """For the vectors of ``spec``."""
        super().__init__(
            {
                e.key: nn.Sequential(nn.Linear(e.size, width), nn.LayerNorm(width), nn.ReLU())
                for e in spec.vectors
            }
        )

    def forward(self, vectors: Tensors) -> dict[str, Tensor]:
        """Return tokens (B, width) of vectors (B, size), by key."""
        return {key: encode(vectors[key]) for key, encode in self.items()}
