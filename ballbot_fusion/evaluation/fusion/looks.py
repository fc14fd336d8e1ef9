"""Where a policy with attention looks, read from the softmax of its exported graph.

What is read is the last softmax: of several layers the last one, of a pooling query its weights.
No torch is needed, and nothing is added to the graph that is deployed. Attention shows what is
mixed, not what decides: see ``importance`` for that.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.deployment.open_graph import Array, OpenGraph
from ballbot_fusion.evaluation.fusion.importance import by_episode
from ballbot_fusion.evaluation.fusion.samples import RecordedSamples
from ballbot_fusion.evaluation.results import Row, at_least

ATTENTION = "attention"
ALWAYS = "always there"
"""The learned token that is never masked."""
ONLY_CAMERAS = ("attention",)
ALL_MODALITIES = ("transformer", "vit", "hierarchical", "weighted", "decision")
"""Architectures by what the keys of their last softmax are; others have none that is understood.

A new one with attention is a word here.
"""


def key_labels(architecture: str, spec: ObservationSpec, keys: int) -> list[str] | None:
    """Return which modality each of the softmax's ``keys`` belongs to; None: not understood."""
    if architecture not in (*ONLY_CAMERAS, *ALL_MODALITIES):
        return None
    shown = spec.images if architecture in ONLY_CAMERAS else tuple(spec)
    single = sum(not entry.is_image for entry in shown)
    images = len(shown) - single
    cells, rest = divmod(keys - 1 - single, images) if images else (0, keys - 1 - single)
    if rest or (images and cells < 1):
        return None
    return [ALWAYS, *(e.key for e in shown for _ in range(cells if e.is_image else 1))]


def _summed(weights: Array, labels: Sequence[str], axis: int) -> Array:
    """Add up the weights of each modality's tokens, in the order of the labels."""
    parts = [
        np.take(weights, [i for i, label in enumerate(labels) if label == name], axis).sum(axis)
        for name in dict.fromkeys(labels)
    ]
    return np.stack(parts, axis)


def _maps(weights: Array, labels: Sequence[str], spec: ObservationSpec) -> dict[str, Any]:
    """Weights of each camera's cells as a square, where it has more than one."""
    found = {}
    for entry in spec.images:
        cells = weights[[label == entry.key for label in labels]]
        side = round(len(cells) ** 0.5)
        if side > 1 and side * side == len(cells):
            found[entry.key] = np.round(cells.reshape(side, side), 4).tolist()
    return found


class Looks:
    """Collects the last softmax of a policy over samples."""

    def __init__(self, architecture: str, spec: ObservationSpec) -> None:
        """For a policy's ``architecture`` and what it observes."""
        self._architecture, self._spec = architecture, spec
        self._labels: list[str] | None = None
        self._matrices: list[Array] = []
        self._received: list[Array] = []

    def add(self, softmaxes: Sequence[Array]) -> None:
        """Take in what the graph said of a sample."""
        if not softmaxes:
            return
        weights = softmaxes[-1].mean(axis=0)  # (queries, keys), over heads
        self._labels = key_labels(self._architecture, self._spec, weights.shape[1])
        if self._labels is not None:
            self._received.append(weights.mean(axis=0))
            self._matrices.append(self._by_modality(weights, self._labels))

    def _by_modality(self, weights: Array, labels: Sequence[str]) -> Array:
        """(queries, keys) -> modalities looking at modalities; one row for a single query."""
        by_key = _summed(weights, labels, 1)
        if len(weights) != len(labels):
            return by_key
        counts = [labels.count(name) for name in dict.fromkeys(labels)]
        return _summed(by_key, labels, 0) / np.array(counts)[:, None]

    def rows(self, samples: RecordedSamples) -> list[Row]:
        """Return the share of attention that each modality gets, mean over heads and queries."""
        return [
            at_least(name, ATTENTION, by_episode(values, samples.episode), None)
            for name, values in self.shares().items()
        ]

    def shares(self) -> dict[str, Array]:
        """Return that share in each sample (N,) by modality; nothing where it is not understood."""
        if self._labels is None:
            return {}
        shares = _summed(np.stack(self._received), self._labels, 1)
        return {name: shares[:, column] for column, name in enumerate(dict.fromkeys(self._labels))}

    def pictured(self, examples: Sequence[int]) -> dict[str, Any] | None:
        """Return what pictures show: who looks at whom, and cells of cameras in some samples."""
        if self._labels is None:
            return None
        names = list(dict.fromkeys(self._labels))
        matrix = np.mean(self._matrices, axis=0)
        maps = [(row, _maps(self._received[row], self._labels, self._spec)) for row in examples]
        return {
            "queries": names if len(matrix) == len(names) else ["query"],
            "keys": names,
            "matrix": np.round(matrix, 4).tolist(),
            "examples": [{"row": row, "cells": found} for row, found in maps if found],
        }


def looks(
    graph: OpenGraph,
    architecture: str,
    spec: ObservationSpec,
    samples: RecordedSamples,
    examples: Sequence[int],
    each: Callable[[], None] = lambda: None,
) -> tuple[list[Row], dict[str, Any] | None]:
    """Return rows and what pictures show; nothing for a policy without attention."""
    found = Looks(architecture, spec)
    for row in range(len(samples)):
        answer = graph.ask(samples.observation(row, spec), samples.mask_of(row, spec))
        found.add(answer.softmaxes)
        each()
    return found.rows(samples), found.pictured(examples)
