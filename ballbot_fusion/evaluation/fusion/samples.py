"""Recorded observations: a small fixed set that every policy can be asked about."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.frame_stack import LENGTH, STACKS
from ballbot_fusion.core.spec import MODALITIES, Observation, ObservationSpec

Array = NDArray[np.float32]
LEVELS = 255
"""Steps of an image's range on the disk: 8 mm of depth at 2 m, about the camera's noise."""


class SamplesError(ValueError):
    """Recorded samples cannot be used. The text says what, found, expected, what to do."""


@dataclass(frozen=True)
class RecordedSamples:
    """N observations as the tick made them, of any number of episodes.

    ``values`` maps keys to (N, *shape) float32; ``mask`` is (N, M) in the order of ``values``;
    ``episode`` (N,) numbers the episodes; ``origin`` says who made them, with what.
    """

    values: dict[str, Array]
    mask: Array
    episode: NDArray[np.int64]
    origin: dict[str, Any]

    def __len__(self) -> int:
        """Count the observations."""
        return len(self.mask)

    @property
    def keys(self) -> tuple[str, ...]:
        """Modalities in the order of the mask."""
        return tuple(self.values)

    def check(self, spec: ObservationSpec) -> None:
        """Refuse a spec that they do not cover.

        Raises:
            SamplesError: a modality was not recorded.
        """
        if lacking := [key for key in spec.keys if _recorded(key) not in self.values]:
            raise SamplesError(
                f"The samples have the modalities {list(self.keys)}, the policy also needs "
                f"{lacking}. Record them anew with `ballbot probe samples`."
            )

    def observation(self, row: int, spec: ObservationSpec) -> Observation:
        """Return what a policy of ``spec`` observes in a row."""
        return {key: self.value(row, key) for key in spec.keys}

    def value(self, row: int, key: str) -> Array:
        """Return a modality in a row; a stack of frames holds the same one again."""
        found = self.values[_recorded(key)][row]
        return np.tile(found, (LENGTH, 1, 1)) if key in STACKS else found

    def mask_of(self, row: int, spec: ObservationSpec) -> Array:
        """Return the mask (modalities,) of ``spec`` in a row."""
        return self.mask[row, [self.keys.index(_recorded(key)) for key in spec.keys]]

    def save(self, path: Path) -> None:
        """Write an npz file, whole or not at all; images in ``LEVELS`` steps of their range."""
        arrays: dict[str, NDArray] = {key: _packed(key, a) for key, a in self.values.items()}
        unfinished = path.with_name(path.stem + ".partial.npz")
        np.savez_compressed(
            unfinished,
            allow_pickle=False,
            **arrays,
            mask=self.mask.astype(np.uint8),
            episode=self.episode,
            origin=np.array(json.dumps({**self.origin, "keys": list(self.keys)})),
        )
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "RecordedSamples":
        """Read what ``save`` wrote.

        Raises:
            SamplesError: no such file, or another kind of file.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                origin = json.loads(str(arrays["origin"]))
                values = {key: _unpacked(key, arrays[key]) for key in origin["keys"]}
                mask = arrays["mask"].astype(np.float32)
                return cls(values, mask, arrays["episode"], origin)
        except (OSError, ValueError, KeyError) as error:
            raise SamplesError(
                f"{path} holds no recorded samples ({type(error).__name__}: {error}). Record them "
                "with `ballbot probe samples`."
            ) from None


def _recorded(key: str) -> str:
    """Key of what the modality ``key`` is made of: single frames, of a stack."""
    return STACKS.get(key, key)


def _packed(key: str, values: Array) -> NDArray:
    entry = MODALITIES[key]
    if not entry.is_image:
        return values
    scaled = (values - entry.low) / (entry.high - entry.low) * LEVELS
    return np.rint(scaled).astype(np.uint8)


def _unpacked(key: str, stored: NDArray) -> Array:
    entry = MODALITIES[key]
    if not entry.is_image:
        return stored.astype(np.float32)
    scaled = stored.astype(np.float32) / LEVELS
    return (entry.low + scaled * (entry.high - entry.low)).astype(np.float32)


Recording = tuple[list[Observation], list[Array]]
"""Observations of an episode, and their masks."""


def joined(parts: Sequence[Recording], origin: dict[str, Any]) -> RecordedSamples:
    """Put the observations and masks of several episodes behind one another."""
    observations = [entry for found, _ in parts for entry in found]
    masks = [entry for _, found in parts for entry in found]
    counts = [len(found) for found, _ in parts]
    return RecordedSamples(
        {key: np.stack([entry[key] for entry in observations]) for key in observations[0]},
        np.stack(masks),
        np.repeat(np.arange(len(parts)), counts),
        origin,
    )
