"""What each step of a fit is fitted to."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.dataset import Samples, batches
from ballbot_fusion.training.sequences import Pieces, sequences
from ballbot_fusion.training.settings import FitSettings


def rows_of_steps(
    samples: Samples,
    spec: ObservationSpec,
    settings: FitSettings,
    steps: int,
    seed: tuple[int, ...],
    *,
    recurrent: bool,
) -> Iterable[NDArray[np.int64] | Pieces]:
    """Draw random rows of ``samples`` for each step, or pieces of streams for a recurrent policy.

    Raises:
        ValueError: there are streams to follow, and it is not known where episodes begin.
    """
    if recurrent:
        return sequences(samples, spec, settings, steps, seed)
    return batches(len(samples), min(settings.batch, len(samples)), steps, seed)
