"""Which samples of a batch are worth encoding the cameras of: those in which sight tells something.

On most ticks the way is free and the command alone says what to do. A network that is shown images
at random sees few hazards in thousands of steps, and learns little of them.
"""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.simulation.teacher.alive import alive_index
from ballbot_fusion.simulation.teacher.teacher import CAMERAS
from ballbot_fusion.training.dataset import Samples

TELLING = 0.1
"""With both cameras sight matters where the teacher departs so far from the command; with one,
where it drives no faster than this although it is asked to: m/s."""
BOTH = len(CAMERAS) - 1


def worth(samples: Samples, spec: ObservationSpec) -> NDArray[np.int64]:
    """Worth (N,) of encoding: 2 where a camera sees and it matters, 1 where one sees, or 0."""
    columns = [spec.keys.index(entry.key) for entry in spec.images]
    seen = np.asarray((samples.mask[:, columns] > 0.5).any(axis=1), np.int64)
    if "command" not in samples.vectors:
        return seen
    alive = alive_index(samples.mask, spec)
    asked = samples.vectors["command"][:, :2]
    answered = samples.velocities[np.arange(len(samples)), alive, :2]
    departs = np.hypot(*(answered - asked).T) > TELLING
    stands = (np.hypot(*answered.T) <= TELLING) & (np.hypot(*asked.T) > 2.0 * TELLING)
    matters = np.where(alive == BOTH, departs, stands)
    return np.asarray(seen * (1 + matters), np.int64)


def most_telling_first(
    batch: NDArray[np.int64], worth_of: NDArray[np.int64], count: int, share: float
) -> NDArray[np.int64]:
    """Reorder a batch of rows, so that the first ``count`` are worth encoding.

    Up to ``share`` of them are rows of worth 2, the others come as they are, of worth 1 or more as
    far as there are any. With a share of 0 the batch is left as it is.
    """
    if not share:
        return batch
    value = worth_of[batch]
    telling = np.flatnonzero(value == 2)[: round(share * count)]
    rank = np.where(value > 0, 1, 2)
    rank[telling] = 0
    return batch[np.argsort(rank, kind="stable")]
