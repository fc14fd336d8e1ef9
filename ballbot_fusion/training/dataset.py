"""Labelled ticks. Frames are kept once and referred to by index: ticks outnumber them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import ObservationSpec

Array = NDArray[np.float32]
_PLAIN = ("mask", "actions", "velocities")
"""Fields that are one array each."""


@dataclass(frozen=True)
class Samples:
    """N ticks of any number of episodes.

    ``vectors`` maps keys to (N, size) float32, ``frames`` maps image keys to (F, C, H, W) float16,
    ``frame_index`` the same keys to (N,) int64 into them; ``mask`` is (N, M). ``actions`` and
    ``velocities`` are (N, 4, 3): the teacher's answers by set of cameras alive, see its Lesson.
    """

    vectors: dict[str, Array]
    frames: dict[str, NDArray[np.float16]]
    frame_index: dict[str, NDArray[np.int64]]
    mask: Array
    actions: Array
    velocities: Array

    def __len__(self) -> int:
        """Count the ticks."""
        return len(self.actions)

    def batch(self, rows: NDArray[np.int64], image_rows: int) -> tuple[dict[str, Array], Array]:
        """Return observation and mask of the given rows; frames of the first ones only."""
        observation = {key: values[rows] for key, values in self.vectors.items()}
        for key, frames in self.frames.items():
            observation[key] = frames[self.frame_index[key][rows[:image_rows]]].astype(np.float32)
        return observation, self.mask[rows]

    def chosen(self, rows: NDArray[np.int64]) -> "Samples":
        """Return some ticks, with all frames."""
        return replace(
            self,
            vectors={key: values[rows] for key, values in self.vectors.items()},
            frame_index={key: values[rows] for key, values in self.frame_index.items()},
            **{name: getattr(self, name)[rows] for name in _PLAIN},
        )

    def for_keys(self, given: ObservationSpec, wanted: ObservationSpec) -> "Samples":
        """Return the same ticks as a policy of fewer modalities sees them, or in another order."""
        columns = [given.keys.index(key) for key in wanted.keys]
        return replace(
            self,
            vectors={key: values for key, values in self.vectors.items() if key in wanted},
            frames={key: values for key, values in self.frames.items() if key in wanted},
            frame_index={key: values for key, values in self.frame_index.items() if key in wanted},
            mask=self.mask[:, columns],
        )

    def save(self, path: Path) -> None:
        """Write to an npz file; whole or not at all."""
        arrays = {name: getattr(self, name) for name in _PLAIN}
        for name in ("vectors", "frames", "frame_index"):
            arrays.update({f"{name}/{key}": value for key, value in getattr(self, name).items()})
        unfinished = path.with_suffix(".partial.npz")
        np.savez(unfinished, allow_pickle=False, **arrays)
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Samples":
        """Read what ``save`` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            groups: dict[str, dict[str, NDArray]] = {"vectors": {}, "frames": {}, "frame_index": {}}
            for name in arrays.files:
                group, _, key = name.partition("/")
                if key:
                    groups[group][key] = arrays[name]
            mask, actions, velocities = (arrays[name] for name in _PLAIN)
            return cls(**groups, mask=mask, actions=actions, velocities=velocities)


def joined(parts: Sequence[Samples]) -> Samples:
    """Put several sets behind one another, their frame indices moved along."""
    first = parts[0]
    frame_index = {}
    for key in first.frames:
        starts = np.cumsum([0, *(len(part.frames[key]) for part in parts)])
        moved = [part.frame_index[key] + start for part, start in zip(parts, starts, strict=False)]
        frame_index[key] = np.concatenate(moved)
    return Samples(
        {key: np.concatenate([part.vectors[key] for part in parts]) for key in first.vectors},
        {key: np.concatenate([part.frames[key] for part in parts]) for key in first.frames},
        frame_index,
        *(np.concatenate([getattr(part, name) for part in parts]) for name in _PLAIN),
    )


def statistics(samples: Samples, spec: ObservationSpec) -> dict[str, dict[str, list[float]]]:
    """Mean, std, min and max per vector entry and per image, over trusted samples only."""
    table = {}
    for column, entry in enumerate(spec):
        trusted = samples.mask[:, column] > 0.5
        if entry.is_image:
            used = np.unique(samples.frame_index[entry.key][trusted])
            values = samples.frames[entry.key][used].astype(np.float32).reshape(-1, 1)
        else:
            values = samples.vectors[entry.key][trusted]
        if not len(values):
            continue
        table[entry.key] = {
            name: [float(x) for x in getattr(values, name)(axis=0)]
            for name in ("mean", "std", "min", "max")
        }
    return table


def batches(
    count: int, size: int, steps: int, seed: tuple[int, ...]
) -> Iterator[NDArray[np.int64]]:
    """Yield ``steps`` random batches of row numbers, epoch by epoch, the same for the same seed."""
    rng = np.random.default_rng(seed)
    order, used = rng.permutation(count), 0
    for _ in range(steps):
        if used + size > count:
            order, used = rng.permutation(count), 0
        yield order[used : used + size]
        used += size
