"""How much an action depends on each modality: three measures, all in shares of the full torque.

Each is the mean length of the change of the action (three wheels) over recorded samples:

- ``gradient``: its first-order change on the way from a modality's value to that of another sample,
  by central differences: the slope, taken to the end of the way;
- ``permuted``: its change at the end of that way, the modality's value exchanged for the other's
  (permutation importance, of the answer and not of a loss; Breiman, Random Forests, 2001);
- ``masked``: its change when the mask hides the modality.

The first two see what the answer hangs on; the third also what a policy has learnt to do without.
Differences between values that occur, and not single pixels or unit steps, keep units comparable.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.deployment.open_graph import Array, OpenGraph
from ballbot_fusion.evaluation.fusion.samples import RecordedSamples
from ballbot_fusion.evaluation.results import Row, at_least

GRADIENT, PERMUTED, MASKED = "gradient", "permuted", "masked"
MEASURES = (GRADIENT, PERMUTED, MASKED)
STEP = 0.01
"""Of the way to the other value: small against bends, large against rounding."""


def _changed(observation: Observation, key: str, value: Array) -> Observation:
    return {**observation, key: value.astype(np.float32)}


def _length(change: Array) -> float:
    return float(np.linalg.norm(change))


def sample_importance(
    graph: OpenGraph, observation: Observation, mask: Array, key: str, column: int, other: Array
) -> dict[str, float]:
    """Return the three measures of one modality in one sample.

    Args:
        graph: whose action it is.
        observation: the sample.
        mask: its mask.
        key: the modality.
        column: its place in the mask.
        other: the modality's value in another sample.
    """
    own = observation[key]
    base = graph.ask(observation, mask).action
    ahead, behind = (
        graph.ask(_changed(observation, key, own + sign * STEP * (other - own)), mask).action
        for sign in (1.0, -1.0)
    )
    there = graph.ask(_changed(observation, key, other), mask).action
    without = mask.copy()
    without[column] = 0.0
    return {
        GRADIENT: _length((ahead - behind) / (2.0 * STEP)),
        PERMUTED: _length(there - base),
        MASKED: _length(graph.ask(observation, without).action - base),
    }


def by_episode(values: NDArray[np.floating], episode: NDArray[np.int64]) -> list[float]:
    """Means of each episode: samples of one are no independent draws, episodes are."""
    return [float(values[episode == number].mean()) for number in np.unique(episode)]


def by_sample(
    graph: OpenGraph,
    spec: ObservationSpec,
    samples: RecordedSamples,
    seed: int,
    each: Callable[[], None] = lambda: None,
) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Return each measure (N samples,) by modality and measure; arguments as of ``importance``."""
    others = np.random.default_rng(seed).permutation(len(samples))
    found = {(key, measure): np.zeros(len(samples)) for key in spec.keys for measure in MEASURES}
    for row, other in enumerate(others):
        observation, mask = samples.observation(row, spec), samples.mask_of(row, spec)
        for column, key in enumerate(spec.keys):
            value = samples.value(int(other), key)
            one = sample_importance(graph, observation, mask, key, column, value)
            for measure, length in one.items():
                found[key, measure][row] = length
        each()
    return found


def importance(
    graph: OpenGraph,
    spec: ObservationSpec,
    samples: RecordedSamples,
    seed: int,
    each: Callable[[], None] = lambda: None,
) -> list[Row]:
    """Return a row per modality and measure, with intervals over episodes.

    Args:
        graph: the policy.
        spec: what it observes.
        samples: what it is asked about.
        seed: of the permutation, the same for all modalities and policies.
        each: called after every sample.
    """
    return [
        at_least(key, measure, by_episode(values, samples.episode), None)
        for (key, measure), values in by_sample(graph, spec, samples, seed, each).items()
    ]
