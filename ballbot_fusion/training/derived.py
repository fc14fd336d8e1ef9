"""Modalities that follow from those of stored roll-outs, so that nothing is driven again."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import frame_stack, velocity_history
from ballbot_fusion.core.spec import IMAGES, MODALITIES, ObservationSpec
from ballbot_fusion.training.dataset import Samples, with_modality

SOURCES = {
    velocity_history.KEY: ("vel",),
    **{stack: (frame, "image_age") for stack, frame in frame_stack.STACKS.items()},
}
"""What each is made of."""


def missing(wanted: ObservationSpec, given: ObservationSpec, kept_ns: float) -> list[str]:
    """Return the keys of ``wanted`` that roll-outs of ``given`` neither have nor can give.

    ``kept_ns`` is the time between kept ticks: a history consists of these.
    """
    fits = abs(kept_ns - velocity_history.SPACING_NS) <= velocity_history.JITTER_NS
    possible = {key for key, of in SOURCES.items() if all(k in given for k in of)}
    if not fits:
        possible.discard(velocity_history.KEY)
    return [key for key in wanted.keys if key not in given and key not in possible]


def completed(
    samples: Samples, given: ObservationSpec, wanted: ObservationSpec, kept_ns: float
) -> Samples:
    """Return ``samples`` of ``given``, ``kept_ns`` apart, as a policy of ``wanted`` sees them.

    Raises:
        ValueError: roll-outs without cameras that do not say where their episodes begin.
    """
    added = [key for key in wanted.keys if key not in given]
    if velocity_history.KEY in added:
        values, trusted = _velocities(samples, given)
        samples = with_modality(samples, velocity_history.KEY, values, trusted)
        given = ObservationSpec.of([*given.keys, velocity_history.KEY])
    for stack in frame_stack.STACKS:
        if stack in added:
            samples, given = _with_stack(samples, given, stack, kept_ns)
    return samples.for_keys(given, wanted)


def _with_stack(
    samples: Samples, given: ObservationSpec, stack: str, kept_ns: float
) -> tuple[Samples, ObservationSpec]:
    """Let a camera's frames be those of its stack too."""
    key = frame_stack.STACKS[stack]
    column = given.keys.index(key)
    runs = _runs(samples, key, kept_ns)
    changed = replace(
        samples,
        frames={**samples.frames, stack: samples.frames[key]},
        frame_index={**samples.frame_index, stack: samples.frame_index[key]},
        runs={**samples.runs, stack: runs},
        mask=np.column_stack([samples.mask, samples.mask[:, column]]),
    )
    return changed, ObservationSpec.of([*given.keys, stack])


def _runs(samples: Samples, key: str, kept_ns: float) -> NDArray[np.int64]:
    """First frame (F,) that may be stacked behind each: those before it came long before.

    When a frame was taken follows from its age at the first kept tick that has it. A frame that no
    kept tick has, or none while it was young enough for its age to be known, begins anew; so does
    the first of an episode.
    """
    age = samples.vectors["image_age"][:, IMAGES[key][0]].astype(np.float64)
    begins = samples.episode_begins()
    row = np.arange(len(samples)) - begins
    known = np.flatnonzero(age < MODALITIES["image_age"].high)
    frames, first = np.unique(samples.frame_index[key][known], return_index=True)
    taken_ns = np.full(len(samples.frames[key]), np.nan)
    taken_ns[frames] = row[known[first]] * kept_ns - age[known[first]] * 1e9
    apart = np.diff(taken_ns, prepend=np.nan)
    # Stills of a course are episodes of one tick, without an empty frame between them.
    episode = np.full(len(taken_ns), -1)
    episode[frames] = begins[known[first]]
    same = np.diff(episode, prepend=-1) == 0
    follows = same & (apart > 0.0) & (apart < frame_stack.GAP_NS)
    return np.maximum.accumulate(np.where(follows, 0, np.arange(len(apart)))).astype(np.int64)


def _velocities(
    samples: Samples, given: ObservationSpec
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Histories (N, T, 3) and which of them can be trusted, as the tick has them."""
    begins = samples.episode_begins()
    rows = np.arange(len(samples))[:, None] - np.arange(velocity_history.LENGTH)
    rows = np.maximum(rows, begins[:, None])
    trusted = samples.mask[:, given.keys.index("vel")] > 0.5
    return samples.vectors["vel"][rows], trusted[rows].all(axis=1)
