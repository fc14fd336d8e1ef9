"""What the numbers of a dataset are like: policies are scaled by it, and their files keep it."""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.dataset import Samples

AT_ONCE = 256
"""Frames. As float32, all of them take longer to find memory for than to add up."""


def statistics(samples: Samples, spec: ObservationSpec) -> dict[str, dict[str, list[float]]]:
    """Mean, std, min and max per vector entry and per image, over trusted samples only."""
    table = {}
    for column, entry in enumerate(spec):
        trusted = samples.mask[:, column] > 0.5
        if not trusted.any():
            continue
        if entry.is_image:
            used = np.unique(samples.frame_index[entry.key][trusted])
            table[entry.key] = _of_frames(samples.frames[entry.key], used)
        else:
            values = samples.vectors[entry.key][trusted].reshape(-1, entry.size)
            table[entry.key] = {
                name: [float(x) for x in getattr(values, name)(axis=0)]
                for name in ("mean", "std", "min", "max")
            }
    return table


def _of_frames(frames: NDArray[np.float16], used: NDArray[np.int64]) -> dict[str, list[float]]:
    """Statistics of all pixels of the ``used`` frames."""
    total, squares, low, high, count = 0.0, 0.0, np.inf, -np.inf, 0
    for begin in range(0, len(used), AT_ONCE):
        pixels = frames[used[begin : begin + AT_ONCE]].astype(np.float32)
        total += float(pixels.sum(dtype=np.float64))
        low, high = min(low, float(pixels.min())), max(high, float(pixels.max()))
        squares += float(np.square(pixels, out=pixels).sum(dtype=np.float64))
        count += pixels.size
    mean = total / count
    std = float(np.sqrt(max(0.0, squares / count - mean**2)))
    return {"mean": [mean], "std": [std], "min": [low], "max": [high]}
