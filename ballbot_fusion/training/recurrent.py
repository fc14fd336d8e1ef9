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


def encoded(policy: FusionPolicy, observation: Tensors, rows: int, count: int) -> dict[str, Tensor]:
    """Camera features (count, F) by key: of the first ``rows`` samples, zeros for the others."""
    features = policy.encode({e.key: observation[e.key][:rows] for e in policy.spec.images})
    return {
        key: torch.nn.functional.pad(found, (0, 0, 0, count - len(found)))
        for key, found in features.items()
    }


def predict_pieces(
    policy: FusionPolicy,
    observation: Tensors,
    mask: Tensor,
    rows: int,
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
    features = encoded(policy, observation, rows, len(mask))
    fused, state = policy.unrolled(observation, features, mask, state, begins)
    carried.state = state.detach().float()
    return policy.decide(fused)
