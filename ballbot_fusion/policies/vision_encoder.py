"""The seed's vision encoder: two strided convolutions and a narrow, bounded bottleneck."""

import torch
from torch import Tensor, nn

from ballbot_fusion.core.spec import IMAGE_FEATURES


class VisionEncoder(nn.Module):
    """(B, C, H, W) in [0, 1] -> (B, features) in [-1, 1].

    Conv C->32 and 32->32 (3x3, stride 2), BatchNorm, LeakyReLU; Linear to ``features``, BatchNorm,
    Tanh. At 64 x 64 the flattened size is 8192.
    """

    def __init__(
        self, shape: tuple[int, ...], features: int = IMAGE_FEATURES, width: int = 32
    ) -> None:
        """Encode images of ``shape`` (C, H, W)."""
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv2d(shape[0], width, 3, stride=2, padding=1),
            nn.BatchNorm2d(width),
            nn.LeakyReLU(),
            nn.Conv2d(width, width, 3, stride=2, padding=1),
            nn.BatchNorm2d(width),
            nn.LeakyReLU(),
            nn.Flatten(),
        )
        with torch.no_grad():
            flat = self.convolutions.eval()(torch.zeros(1, *shape)).shape[1]
        self.convolutions.train()
        self.bottleneck = nn.Sequential(
            nn.Linear(flat, features), nn.BatchNorm1d(features), nn.Tanh()
        )

    def forward(self, image: Tensor) -> Tensor:
        """Encode a batch."""
        features: Tensor = self.bottleneck(self.convolutions(image))
        return features
