"""Statistics of features over recorded samples, and those that say nothing."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.deployment.open_graph import Answer, Array, OpenGraph
from ballbot_fusion.evaluation.fusion.samples import RecordedSamples

DEAD_STD = 1e-3
"""A feature that varies less over all samples is dead: it says nothing."""
FULL, FULL_SHARE = 0.99, 0.9
"""A feature within [-1, 1] is saturated when it is beyond the first in that share of samples."""
FUSED = "fused"


def _groups(answers: list[Answer], spec: ObservationSpec) -> dict[str, Array]:
    """Features (N, F) by group: by modality in a concatenation, else cameras and all fused."""
    fused = np.stack([answer.fused for answer in answers])
    cameras = {e.key: np.stack([a.cameras[e.key] for a in answers]) for e in spec.images}
    sizes = [cameras[e.key].shape[1] if e.is_image else e.size for e in spec]
    if sum(sizes) == fused.shape[1]:
        parts = np.split(fused, np.cumsum(sizes)[:-1], axis=1)
        return dict(zip(spec.keys, parts, strict=True))
    return {**cameras, FUSED: fused}


def _numbers(values: NDArray) -> list[float]:
    return [round(float(value), 5) for value in values]


def described(group: str, values: Array) -> dict[str, Any]:
    """Return the statistics of a group's features (N, F), one by one, and the useless ones."""
    std, low, high = values.std(axis=0), values.min(axis=0), values.max(axis=0)
    full = (np.abs(values) > FULL).mean(axis=0) >= FULL_SHARE
    bounded = (low >= -1.0) & (high <= 1.0)
    return {
        "group": group,
        "size": values.shape[1],
        "mean": _numbers(values.mean(axis=0)),
        "std": _numbers(std),
        "min": _numbers(low),
        "max": _numbers(high),
        "dead": np.flatnonzero(std < DEAD_STD).tolist(),
        "saturated": np.flatnonzero(full & bounded & (std >= DEAD_STD)).tolist(),
    }


def statistics(
    graph: OpenGraph,
    spec: ObservationSpec,
    samples: RecordedSamples,
    each: Callable[[], None] = lambda: None,
) -> list[dict[str, Any]]:
    """Return ``described`` of each group of features."""
    answers = []
    for row in range(len(samples)):
        answers.append(graph.ask(samples.observation(row, spec), samples.mask_of(row, spec)))
        each()
    return [described(group, values) for group, values in _groups(answers, spec).items()]
