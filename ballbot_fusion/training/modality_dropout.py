"""Modality dropout: hide whole modalities in training, so that a missing sensor is nothing new."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ballbot_fusion.core.sensing import CAN_FAIL
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.settings import FitSettings


class ModalityDropout(nn.Module):
    """Drops modalities from the mask, per sample; in evaluation mode it does nothing."""

    def __init__(self, probability: Sequence[float]) -> None:
        """``probability`` of each modality in the order of the mask."""
        super().__init__()
        self.register_buffer("probability", torch.tensor(probability), persistent=False)

    @classmethod
    def of(cls, spec: ObservationSpec, settings: FitSettings) -> "ModalityDropout":
        """Drop cameras and other modalities as often as ``settings`` say; commands are known."""
        return cls(
            [
                settings.image_dropout
                if entry.is_image
                else settings.vector_dropout * (entry.key in CAN_FAIL)
                for entry in spec
            ]
        )

    def forward(self, mask: Tensor) -> Tensor:
        """Return ``mask`` (B, M) with some modalities hidden, drawn anew for each sample.

        A sample that would lose everything it has loses nothing instead.
        """
        if not self.training:
            return mask
        keep = torch.rand_like(mask) >= self.probability
        dropped = mask * keep
        empty = dropped.sum(dim=1, keepdim=True) == 0
        return torch.where(empty, mask, dropped)
