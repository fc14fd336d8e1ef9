"""What the inputs were in roll-outs: to scale them by, and for the policy file."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.env.spaces import MASK

Table = dict[str, dict[str, list[float]]]


def statistics(observations: Mapping[str, NDArray[np.float32]], spec: ObservationSpec) -> Table:
    """Mean, std, min and max per vector entry and per image, over trusted samples only.

    Args:
        observations: arrays (..., *shape) by key, ``mask`` (..., M) among them.
        spec: says what they are.
    """
    masks = observations[MASK].reshape(-1, len(spec))
    table: Table = {}
    for column, entry in enumerate(spec):
        values = observations[entry.key].reshape(len(masks), -1)[masks[:, column] > 0.5]
        if entry.is_image:
            values = values.reshape(-1, 1)
        if len(values):
            table[entry.key] = {
                "mean": values.mean(axis=0, dtype=np.float64).tolist(),
                "std": values.std(axis=0, dtype=np.float64).tolist(),
                "min": values.min(axis=0).tolist(),
                "max": values.max(axis=0).tolist(),
            }
    return table
