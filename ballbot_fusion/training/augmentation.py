"""What else a batch of samples teaches: their reflections, and what was said in other words."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.mirror import Labelled, Mirror
from ballbot_fusion.training.retelling import Retelling
from ballbot_fusion.training.settings import FitSettings


@dataclass(frozen=True)
class Augmentation:
    """Changes batches of some samples, as the settings ask for."""

    mirror: Mirror | None = None
    mirrored_share: float = 0.0
    retelling: Retelling | None = None

    @classmethod
    def of(
        cls, samples: Samples, spec: ObservationSpec, mirror: Mirror | None, settings: FitSettings
    ) -> "Augmentation":
        """Prepare for ``samples``, see Retelling.of."""
        retelling = Retelling.of(samples, spec) if settings.retold else None
        return cls(mirror, settings.mirrored_share, retelling)

    def __call__(self, given: Labelled, rows: NDArray[np.int64]) -> Labelled:
        """Change the batch of these ``rows`` (B,); torch's random numbers decide how."""
        mirrored = np.zeros(len(rows), np.bool_)
        if self.mirror is not None:
            mirrored = torch.rand(len(rows)).numpy() < self.mirrored_share
            given = self.mirror(given, mirrored)
        if self.retelling is not None:
            given = self.retelling(given, rows, mirrored)
        return given
