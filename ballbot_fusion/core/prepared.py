"""Part of a tick's work done before its time: with the samples that are there already.

A node that waits for a control instant has time; from then on it has none. What is prepared is what
the tick makes of the same samples, to the bit: ``tick`` of all of them is the definition, and
wherever it could matter that they came in parts, it is what runs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.samples import ImageSample, Sample, Source
from ballbot_fusion.core.sensing import IMAGE_SOURCES, Sensing
from ballbot_fusion.core.synchronizer import Trusted
from ballbot_fusion.core.tick import ADVANCING, Begun, Tick, finished, taken_in, tick, turn_of
from ballbot_fusion.core.tick_state import TickState

FIRST = (-1, Source.IMU)


class Prepared(NamedTuple):
    """A state, and samples that belong to the next tick."""

    before: TickState
    """As the last tick returned it."""
    samples: tuple[Sample, ...] = ()
    """Arrived since, in order of arrival within each source."""
    begun: Begun | None = None
    """The tick begun with them; None: all is left to it."""
    by: Sensing | None = None
    """What it was begun by: with another policy, all is left to the tick, too."""
    newest: tuple[int, Source] = FIRST
    """The last turn to advance the estimate, see ``turn_of``."""

    @property
    def fresh_images(self) -> dict[str, NDArray[np.float32]]:
        """Images (C, h, w) that the tick will show for the first time, by key."""
        if self.begun is None:
            return {}
        images = {
            key: self.begun.images[IMAGE_SOURCES[key] - Source.CAMERA_0] for key in self.begun.fresh
        }
        return {key: image for key, image in images.items() if image is not None}


def prepared(sensing: Sensing, before: Prepared, samples: Sequence[Sample]) -> Prepared:
    """Add samples; take them in, unless any is in doubt or comes out of its turn."""
    together = (*before.samples, *samples)
    left = Prepared(before.before, together)
    begun = before.begun if before.samples else Begun.after(before.before)
    of_another = before.samples and before.by is not sensing
    if begun is None or of_another or _seen_twice(begun, samples):
        return left
    after = taken_in(sensing, begun, samples)
    if after.refused or after.sync.rebased_ns != begun.sync.rebased_ns:
        return left
    turns = _turns(after.trusted)
    if any(turn < before.newest for turn in turns):
        return left
    return Prepared(before.before, together, after, sensing, max([before.newest, *turns]))


def tick_of(sensing: Sensing, ready: Prepared, samples: Sequence[Sample], now_ns: int) -> Tick:
    """Return what ``tick`` makes of all samples, the prepared ones first; arguments as there."""
    begun, goes_on = ready.begun, ready.by is sensing and now_ns >= ready.before.now_ns
    if begun is not None and goes_on and not _seen_twice(begun, samples):
        after = taken_in(sensing, begun, samples)
        if all(turn >= ready.newest for turn in _turns(after.trusted)):
            return finished(sensing, after, now_ns)
    return tick(sensing, ready.before, [*ready.samples, *samples], now_ns)


def _turns(trusted: Sequence[Trusted]) -> list[tuple[int, Source]]:
    return [turn_of(entry) for entry in trusted if entry.sample.source in ADVANCING]


def _seen_twice(begun: Begun, samples: Sequence[Sample]) -> bool:
    """Whether a frame follows one that was looked at: of a tick's frames, only the newest is."""
    return bool(begun.fresh) and any(isinstance(sample, ImageSample) for sample in samples)
