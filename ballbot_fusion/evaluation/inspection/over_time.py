"""What an action hung on, where a policy looked and what its features did, over a recording."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ballbot_fusion.deployment.open_graph import OpenGraph
from ballbot_fusion.evaluation.fusion.features import statistics
from ballbot_fusion.evaluation.fusion.importance import MEASURES, by_episode, by_sample
from ballbot_fusion.evaluation.fusion.looks import Looks
from ballbot_fusion.evaluation.inspection.observed import Observed

WINDOWS, LEAST_WINDOW_S = 20, 0.5
PASSES = 3
"""How often ``each`` is called per sample."""


def windows_of(seconds: float) -> int:
    """Into how many spans a recording is cut."""
    return int(min(max(seconds / LEAST_WINDOW_S, 1), WINDOWS))


def over_time(
    graph: OpenGraph,
    architecture: str,
    observed: Observed,
    seed: int,
    each: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Ask a policy about samples of a recording; see ``evaluation.fusion`` for the measures.

    Returns:
        ``windows`` (from, to [s]); ``importance`` by measure and modality, a mean per window;
        ``attention`` by modality the same, None for a policy without; ``features`` (see
        ``fusion.features``); ``activity``: fused features at ``times_s``.
    """
    seconds, spec = float(observed.times_s[-1]), observed.spec
    samples = observed.samples(windows_of(seconds))
    measured = by_sample(graph, spec, samples, seed, each)
    looks, fused = Looks(architecture, spec), []
    for row in range(len(samples)):
        answer = graph.ask(samples.observation(row, spec), samples.mask_of(row, spec))
        looks.add(answer.softmaxes)
        fused.append(answer.fused)
        each()
    features = statistics(graph, spec, samples, each)
    used, width = np.unique(samples.episode), seconds / windows_of(seconds)
    shares = looks.shares()
    return {
        "samples": len(samples),
        "windows": [[round(k * width, 3), round((k + 1) * width, 3)] for k in used.tolist()],
        "importance": {
            measure: {
                key: np.round(by_episode(measured[key, measure], samples.episode), 5).tolist()
                for key in spec.keys
            }
            for measure in MEASURES
        },
        "attention": {
            name: np.round(by_episode(values, samples.episode), 5).tolist()
            for name, values in shares.items()
        }
        or None,
        "features": features,
        "activity": {
            "times_s": observed.sampled_s().round(3).tolist(),
            "fused": np.round(np.stack(fused), 4).tolist(),
        },
    }
