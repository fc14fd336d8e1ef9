"""How a policy that remembers is fitted: through pieces of streams, its state carried between."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ballbot_fusion.policies.policy import FusionPolicy, Tensors
from ballbot_fusion.training.modality_dropout import ModalityDropout


@dataclass
class Carried:
    """What is remembered from one piece to the next: (B, state_size); None: nothing yet."""

    state: Tensor | None = None


@dataclass(frozen=True)
class StreamDropout:
    """Hides a modality for a whole piece of a stream: a sensor fails for longer than a tick."""

    drop: ModalityDropout
    length: int
    """Ticks of a piece."""

    def __call__(self, mask: Tensor) -> Tensor:
        """Hide some modalities of ``mask`` (B * L, M), stream after stream."""
        streams = mask.new_ones(len(mask) // self.length, mask.shape[1])
        return mask * self.drop(streams).repeat_interleave(self.length, dim=0)


def predict_pieces(
    policy: FusionPolicy,
    observation: Tensors,
    features: Tensors,
    mask: Tensor,
    begins: Tensor,
    carried: Carried,
) -> tuple[Tensor, Tensor]:
    """Actions and intents (B * L, 3) of pieces that begin with what is ``carried``.

    It then holds what the next pieces begin with; gradients end there. ``begins`` (B, L) says where
    a stream forgets.
    """
    state = carried.state
    if state is None:
        state = torch.zeros(len(begins), policy.state_size)
    fused, state = policy.unrolled(observation, features, mask, state, begins)
    carried.state = state.detach()
    return policy.decide(fused)
