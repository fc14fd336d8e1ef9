"""Contrastive: which image was taken in which motion (InfoNCE).

Source: van den Oord, Li, Vinyals, "Representation Learning with Contrastive Predictive Coding",
2018, equation 4; symmetric in both modalities, as in Radford et al., ICML 2021.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from ballbot_fusion.core.sensing import CAN_FAIL
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.training.pretraining.settings import PretrainingSettings
from ballbot_fusion.training.pretraining.task import PretrainingTask, feature_sizes

SHARED = 128
"""Size of the space in which images and motions are compared."""


def info_nce(a: Tensor, b: Tensor, temperature: float, near: Tensor) -> Tensor:
    """Symmetric InfoNCE of two batches (B, N) whose rows belong together; 0 at best.

    Every other row of the batch is a negative, but for those that are ``near`` (B, B): moments
    later the same motion meets nearly the same image. log B is what chance gives, if none is.
    """
    own = torch.arange(len(a))
    alike = normalize(a, dim=1) @ normalize(b, dim=1).T / temperature
    alike = alike.masked_fill(near & (own[:, None] != own), -torch.inf)
    return 0.5 * (cross_entropy(alike, own) + cross_entropy(alike.T, own))


class Task(PretrainingTask):
    """Both cameras' features against proprioception, each projected to a shared space."""

    def __init__(self, policy: FusionPolicy, settings: PretrainingSettings) -> None:
        """Build the projections.

        Raises:
            ValueError: a spec without proprioception.
        """
        super().__init__()
        # What an operator wants and how old a frame is are no motion.
        self._motion = [entry.key for entry in policy.spec.vectors if entry.key in CAN_FAIL]
        if not self._motion:
            raise ValueError(
                f"Contrastive pretraining needs proprioception beside the cameras, found "
                f"{list(policy.spec.keys)}. Choose another method, or more keys."
            )
        self._scaling, self._temperature = policy.scaling, settings.temperature
        sizes = feature_sizes(policy)
        motion = sum(policy.spec[key].size for key in self._motion)
        self.image = nn.Linear(sum(sizes.values()), SHARED)
        self.motion = nn.Sequential(nn.Linear(motion, 64), nn.ELU(), nn.Linear(64, SHARED))

    def loss(
        self, features: Mapping[str, Tensor], observation: Mapping[str, Tensor], near: Tensor
    ) -> Tensor:
        """See PretrainingTask.loss."""
        scaled = self._scaling(observation)
        motion = [scaled[key] for key in self._motion]
        return info_nce(
            self.image(torch.cat(list(features.values()), dim=1)),
            self.motion(torch.cat(motion, dim=1)),
            self._temperature,
            near,
        )
