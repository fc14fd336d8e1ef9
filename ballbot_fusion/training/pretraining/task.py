"""What a pretraining task offers."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from ballbot_fusion.core.tables import load_entry
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.training.pretraining import METHODS
from ballbot_fusion.training.pretraining.settings import PretrainingSettings


class PretrainingTask(nn.Module):
    """Layers of its own, thrown away afterwards, and a loss that reaches the policy's encoders."""

    def loss(
        self, features: Mapping[str, Tensor], observation: Mapping[str, Tensor], near: Tensor, /
    ) -> Tensor:
        """Loss of a batch.

        Args:
            features: what the policy's encoders made of the images: (B, F) by key.
            observation: vectors (B, size) and images (B, C, H, W) by key.
            near: bool (B, B), which rows are of nearly the same moment.
        """
        raise NotImplementedError


def make_task(policy: FusionPolicy, settings: PretrainingSettings) -> PretrainingTask:
    """Build the task that ``settings`` name, for the encoders of ``policy``."""
    make: Callable[[FusionPolicy, PretrainingSettings], PretrainingTask]
    make = load_entry(METHODS, settings.method, "method of pretraining").Task
    return make(policy, settings)


def feature_sizes(policy: FusionPolicy) -> dict[str, int]:
    """How many features the policy makes of each camera's image, by key."""
    images = {entry.key: torch.zeros(1, *entry.shape) for entry in policy.spec.images}
    training = policy.training
    with torch.inference_mode():
        sizes = {key: found.shape[1] for key, found in policy.eval().encode(images).items()}
    policy.train(training)
    return sizes
