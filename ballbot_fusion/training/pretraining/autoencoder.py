"""Autoencoder: features from which the image can be drawn again."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.training.pretraining.settings import PretrainingSettings
from ballbot_fusion.training.pretraining.task import PretrainingTask, feature_sizes

WIDTH = 16
"""Channels within a decoder."""
SHRUNK = 4
"""A decoder begins with an image smaller by this factor, as the seed's encoders end with."""


class _Decoder(nn.Module):
    """(B, features) -> (B, C, H, W) in [0, 1]; two transposed convolutions with stride 2."""

    def __init__(self, features: int, shape: tuple[int, ...]) -> None:
        super().__init__()
        channels, height, width = shape
        self._small = (WIDTH, height // SHRUNK, width // SHRUNK)
        self.spread = nn.Linear(features, WIDTH * self._small[1] * self._small[2])
        self.grow = nn.Sequential(
            nn.LeakyReLU(),
            nn.ConvTranspose2d(WIDTH, WIDTH, 4, stride=2, padding=1),
            nn.LeakyReLU(),
            nn.ConvTranspose2d(WIDTH, channels, 4, stride=2, padding=1),
            nn.Sigmoid(),
        )

    def forward(self, features: Tensor) -> Tensor:
        image: Tensor = self.grow(self.spread(features).reshape(-1, *self._small))
        return image


class Task(PretrainingTask):
    """Mean squared error of the image drawn from the features, over all cameras."""

    def __init__(self, policy: FusionPolicy, _: PretrainingSettings) -> None:
        """Build a decoder per camera.

        Raises:
            ValueError: an image whose sides do not divide by 4.
        """
        super().__init__()
        for entry in policy.spec.images:
            if any(side % SHRUNK for side in entry.shape[1:]):
                raise ValueError(
                    f"{entry.key} has the shape {entry.shape}; the autoencoder needs sides that "
                    f"divide by {SHRUNK}. Choose another size, or contrastive pretraining."
                )
        sizes = feature_sizes(policy)
        self.decoders = nn.ModuleDict(
            {entry.key: _Decoder(sizes[entry.key], entry.shape) for entry in policy.spec.images}
        )

    def loss(
        self, features: Mapping[str, Tensor], observation: Mapping[str, Tensor], _: Tensor
    ) -> Tensor:
        """See PretrainingTask.loss."""
        losses = [
            mse_loss(decoder(features[key]), observation[key])
            for key, decoder in self.decoders.items()
        ]
        return torch.stack(losses).mean()
