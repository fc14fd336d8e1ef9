"""Policies with an encoder for each camera."""

from collections.abc import Callable

from torch import Tensor, nn

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.policy import FusionPolicy, Tensors

MakeEncoder = Callable[[tuple[int, ...]], nn.Module]
"""Builds what turns images (B, C, H, W) of a shape (C, H, W) into features (B, F)."""


class CameraPolicy(FusionPolicy):
    """Runs ``encoders``, one per camera, and nothing else when a frame comes."""

    def __init__(self, spec: ObservationSpec, encoder: MakeEncoder) -> None:
        """Build an encoder for each image of ``spec``."""
        super().__init__(spec)
        self.encoders = nn.ModuleDict({e.key: encoder(e.shape) for e in spec.images})

    @property
    def vision(self) -> nn.Module:
        """See FusionPolicy.vision."""
        return self.encoders

    def encode(self, images: Tensors) -> dict[str, Tensor]:
        """See FusionPolicy.encode."""
        return {key: self.encoders[key](image) for key, image in images.items()}

    def scaled(self, vectors: Tensors) -> dict[str, Tensor]:
        """Return the spec's vectors (B, size), scaled, by key."""
        return self.scaling({e.key: _flat(vectors[e.key]) for e in self.spec.vectors})


def _flat(value: Tensor) -> Tensor:
    """Rows of numbers (B, size) of a vector or of several: (B, T, n)."""
    return value if value.dim() == 2 else value.flatten(1)
