"""A fusion policy's encoders and fusion as the feature extractor of stable-baselines3."""

from collections.abc import Mapping

import gymnasium
import torch
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from torch import Tensor, nn

from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.training.env.spaces import MASK

_BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


@torch.no_grad()
def fused_size(fusion: FusionPolicy) -> int:
    """Number of fused features N, of any architecture: found by running it."""
    training = fusion.training
    nothing = {entry.key: torch.zeros(1, *entry.shape) for entry in fusion.spec}
    fused = fusion.eval()(nothing, torch.ones(1, len(fusion.spec)))[1]
    fusion.train(training)
    return int(fused.shape[1])


class FusionExtractor(BaseFeaturesExtractor):
    """Observation of BallbotFusion-v0 in, fused features (B, N) out.

    Batch norms stay in evaluation mode although stable-baselines3 calls ``train()``: the
    probabilities of an action at roll-out and at the update must come from the same function.
    """

    def __init__(self, observation_space: gymnasium.spaces.Dict, fusion: FusionPolicy) -> None:
        """Share ``fusion``: what is trained here is the policy that is exported.

        Raises:
            ValueError: the space is not that of the policy's spec.
        """
        if list(observation_space) != [*fusion.spec.keys, MASK]:
            raise ValueError(
                f"The space has {list(observation_space)}, the policy expects "
                f"{[*fusion.spec.keys, MASK]}. Give both the same keys."
            )
        super().__init__(observation_space, fused_size(fusion))
        self.fusion = fusion

    def forward(self, observations: Mapping[str, Tensor]) -> Tensor:
        """Encode every camera and fuse."""
        fusion = self.fusion
        features = fusion.encode({e.key: observations[e.key] for e in fusion.spec.images})
        return fusion.fuse(observations, features, observations[MASK])

    def train(self, mode: bool = True) -> "FusionExtractor":
        """See torch.nn.Module; batch norms stay as they are in deployment."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, _BATCH_NORMS):
                module.eval()
        return self
