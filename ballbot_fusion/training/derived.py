"""Modalities that follow from those of stored roll-outs, so that nothing is driven again."""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import velocity_history
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.dataset import Samples, with_modality

SOURCES = {velocity_history.KEY: ("vel",)}
"""What each is made of."""


def missing(wanted: ObservationSpec, given: ObservationSpec, kept_ns: float) -> list[str]:
    """Return the keys of ``wanted`` that roll-outs of ``given`` neither have nor can give.

    ``kept_ns`` is the time between kept ticks: a history consists of these.
    """
    fits = abs(kept_ns - velocity_history.SPACING_NS) <= velocity_history.JITTER_NS
    possible = {key for key, of in SOURCES.items() if fits and all(k in given for k in of)}
    return [key for key in wanted.keys if key not in given and key not in possible]


def completed(samples: Samples, given: ObservationSpec, wanted: ObservationSpec) -> Samples:
    """Return ``samples`` of ``given`` as a policy of ``wanted`` sees them.

    Raises:
        ValueError: roll-outs without cameras that do not say where their episodes begin.
    """
    added = [key for key in wanted.keys if key not in given]
    if velocity_history.KEY in added:
        values, trusted = _velocities(samples, given)
        samples = with_modality(samples, velocity_history.KEY, values, trusted)
        given = ObservationSpec.of([*given.keys, velocity_history.KEY])
    return samples.for_keys(given, wanted)


def _velocities(
    samples: Samples, given: ObservationSpec
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Histories (N, T, 3) and which of them can be trusted, as the tick has them."""
    begins = samples.episode_begins()
    rows = np.arange(len(samples))[:, None] - np.arange(velocity_history.LENGTH)
    rows = np.maximum(rows, begins[:, None])
    trusted = samples.mask[:, given.keys.index("vel")] > 0.5
    return samples.vectors["vel"][rows], trusted[rows].all(axis=1)
