"""Sensors that fail in an episode, as the policy meets them: silent cameras, masked modalities."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.sensing import IMAGE_SOURCES
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.outages import OutageSettings, outages


class Hiding:
    """Hides what does not work, tick by tick."""

    def __init__(self, shown: NDArray[np.bool_], spec: ObservationSpec) -> None:
        """``shown`` (ticks, modalities) says what works; after its end, as in its last tick."""
        self._shown, self._count = shown, 0
        self._images = np.array([entry.is_image for entry in spec])
        self._sources = [IMAGE_SOURCES.get(entry.key) for entry in spec]

    @classmethod
    def drawn(
        cls,
        rng: np.random.Generator,
        spec: ObservationSpec,
        ticks: int,
        rate_hz: int,
        how: OutageSettings | None,
    ) -> "Hiding":
        """Draw the outages of an episode of ``ticks``; none without ``how``."""
        if how is None:
            return cls(np.ones((1, len(spec)), np.bool_), spec)
        return cls(outages(rng, spec, ticks, rate_hz, how), spec)

    def next_tick(self, samples: Sequence[Sample]) -> tuple[list[Sample], NDArray[np.float32]]:
        """Return what is heard of ``samples`` in the next tick, and a factor for its mask.

        A camera that does not work sends nothing, and its age grows; the mask follows by itself.
        """
        shown = self._shown[min(self._count, len(self._shown) - 1)]
        self._count += 1
        silent = {
            source for source, works in zip(self._sources, shown, strict=True) if not works
        } - {None}
        heard = [sample for sample in samples if sample.source not in silent]
        return heard, (shown | self._images).astype(np.float32)
