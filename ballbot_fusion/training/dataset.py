"""Labelled ticks. Frames are kept once and referred to by index: ticks outnumber them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.frame_stack import LENGTH
from ballbot_fusion.core.spec import ObservationSpec

Array = NDArray[np.float32]
_PLAIN = ("mask", "actions", "velocities")
"""Fields that are one array each."""
_GROUPS = ("vectors", "frames", "frame_index", "runs")
"""Fields that are an array for each of some keys."""


@dataclass(frozen=True)
class Samples:
    """N ticks of any number of episodes.

    ``vectors`` maps keys to (N, *shape) float32, ``frames`` image keys to (F, C, H, W) float16,
    ``frame_index`` the same keys to (N,) int64 into them; ``mask`` is (N, M). ``actions`` and
    ``velocities`` are (N, 4, 3): the teacher's answers by set of cameras alive, see its Lesson.
    ``episode`` (N,) numbers the episodes; their ticks follow one another. None: not known, which is
    so of roll-outs without cameras that an earlier version wrote. ``runs`` maps the keys of stacks
    to (F,) int64: the first frame that may be stacked behind each.
    """

    vectors: dict[str, Array]
    frames: dict[str, NDArray[np.float16]]
    frame_index: dict[str, NDArray[np.int64]]
    mask: Array
    actions: Array
    velocities: Array
    episode: NDArray[np.int64] | None = None
    runs: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the ticks."""
        return len(self.actions)

    def batch(self, rows: NDArray[np.int64], image_rows: int) -> tuple[dict[str, Array], Array]:
        """Return observation and mask of the given rows; frames of the first ones only."""
        observation = {key: values[rows] for key, values in self.vectors.items()}
        for key, frames in self.frames.items():
            newest = self.frame_index[key][rows[:image_rows]]
            found = self._stacks(key, newest) if key in self.runs else frames[newest]
            observation[key] = found.astype(np.float32)
        return observation, self.mask[rows]

    def _stacks(self, key: str, newest: NDArray[np.int64]) -> NDArray[np.float16]:
        """Gather stacks (B, LENGTH * C, H, W); zeros where a stack has no more frames."""
        wanted = newest[:, None] - np.arange(LENGTH)
        there = wanted >= self.runs[key][newest][:, None]
        found = self.frames[key][np.where(there, wanted, 0)]
        found[~there] = 0
        return found.reshape(len(newest), -1, *found.shape[3:])

    def episode_begins(self) -> NDArray[np.int64]:
        """Row (N,) of the first tick of each tick's episode.

        Raises:
            ValueError: it is not known where episodes begin.
        """
        if self.episode is None:
            raise ValueError(
                "These roll-outs do not say where their episodes begin: they have no cameras, and "
                "an earlier version wrote them. Drive them again with `ballbot train`."
            )
        return np.searchsorted(self.episode, self.episode).astype(np.int64)

    def chosen(self, rows: NDArray[np.int64]) -> "Samples":
        """Return some ticks, with all frames."""
        return replace(
            self,
            vectors={key: values[rows] for key, values in self.vectors.items()},
            frame_index={key: values[rows] for key, values in self.frame_index.items()},
            **{name: getattr(self, name)[rows] for name in _PLAIN},
            episode=None if self.episode is None else self.episode[rows],
        )

    def for_keys(self, given: ObservationSpec, wanted: ObservationSpec) -> "Samples":
        """Return the same ticks as a policy of fewer modalities sees them, or in another order."""
        columns = [given.keys.index(key) for key in wanted.keys]
        return replace(
            self,
            vectors={key: values for key, values in self.vectors.items() if key in wanted},
            frames={key: values for key, values in self.frames.items() if key in wanted},
            frame_index={key: values for key, values in self.frame_index.items() if key in wanted},
            runs={key: values for key, values in self.runs.items() if key in wanted},
            mask=self.mask[:, columns],
        )

    def save(self, path: Path) -> None:
        """Write to an npz file; whole or not at all."""
        arrays = {name: getattr(self, name) for name in _PLAIN}
        for name in _GROUPS:
            arrays.update({f"{name}/{key}": value for key, value in getattr(self, name).items()})
        if self.episode is not None:
            arrays["episode"] = self.episode
        unfinished = path.with_suffix(".partial.npz")
        np.savez(unfinished, allow_pickle=False, **arrays)
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Samples":
        """Read what ``save`` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            groups: dict[str, dict[str, NDArray]] = {name: {} for name in _GROUPS}
            for name in arrays.files:
                group, _, key = name.partition("/")
                if key:
                    groups[group][key] = arrays[name]
            mask, actions, velocities = (arrays[name] for name in _PLAIN)
            episode = arrays["episode"] if "episode" in arrays.files else None
        if episode is None:
            episode = _episodes_by_frames(groups["frames"], groups["frame_index"])
        return cls(**groups, mask=mask, actions=actions, velocities=velocities, episode=episode)


def _episodes_by_frames(
    frames: dict[str, NDArray], frame_index: dict[str, NDArray]
) -> NDArray[np.int64] | None:
    """Number the episodes of a file that does not: each begins with a frame that is all zero."""
    for key, values in frames.items():
        empty = np.flatnonzero(~values.any(axis=(1, 2, 3)))
        return np.searchsorted(empty, frame_index[key], side="right").astype(np.int64) - 1
    return None


def with_modality(samples: Samples, key: str, values: Array, trusted: NDArray[np.bool_]) -> Samples:
    """Add a vector (N, *shape) behind the other modalities, and where it is ``trusted`` (N,)."""
    mask = np.column_stack([samples.mask, trusted]).astype(np.float32)
    return replace(samples, vectors={**samples.vectors, key: values}, mask=mask)


def joined(parts: Sequence[Samples]) -> Samples:
    """Put several sets behind one another, their frame indices moved along."""
    first = parts[0]
    if len(parts) == 1:
        return first
    frame_index, runs = {}, {}
    for key in first.frames:
        starts = np.cumsum([0, *(len(part.frames[key]) for part in parts)])
        moved = [part.frame_index[key] + start for part, start in zip(parts, starts, strict=False)]
        frame_index[key] = np.concatenate(moved)
        if key in first.runs:
            later = [part.runs[key] + start for part, start in zip(parts, starts, strict=False)]
            runs[key] = np.concatenate(later)
    plain = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _PLAIN}
    return Samples(
        {key: np.concatenate([part.vectors[key] for part in parts]) for key in first.vectors},
        {key: np.concatenate([part.frames[key] for part in parts]) for key in first.frames},
        frame_index,
        mask=plain["mask"],
        actions=plain["actions"],
        velocities=plain["velocities"],
        episode=_episodes(parts),
        runs=runs,
    )


def _episodes(parts: Sequence[Samples]) -> NDArray[np.int64] | None:
    """Episodes of all parts, numbered through; None where one does not know its own."""
    found: list[NDArray[np.int64]] = []
    first = 0
    for part in parts:
        if part.episode is None:
            return None
        found.append(part.episode + first)
        first = int(found[-1].max(initial=first - 1)) + 1
    return np.concatenate(found)


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
