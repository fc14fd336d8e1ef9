"""Ticks of an episode with their labels, and each frame once."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.frame_stack import STACKS, frame_shape
from ballbot_fusion.core.spec import IMAGES, ObservationSpec
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.simulation.teacher.teacher import Lesson
from ballbot_fusion.training.dataset import Samples


@dataclass
class Recorder:
    """Collects what is kept of an episode."""

    spec: ObservationSpec
    vectors: dict[str, list[NDArray[np.float32]]] = field(default_factory=dict)
    frames: dict[str, list[NDArray[np.float16]]] = field(default_factory=dict)
    frame_index: dict[str, list[int]] = field(default_factory=dict)
    runs: dict[str, list[int]] = field(default_factory=dict)
    masks: list[NDArray[np.float32]] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)

    def __post_init__(self) -> None:
        for entry in self.spec:
            if entry.is_image:
                # Frame 0 stands for "none yet".
                shape = frame_shape(entry.key, entry.shape)
                self.frames[entry.key] = [np.zeros(shape, np.float16)]
                self.frame_index[entry.key] = []
                if entry.key in STACKS:
                    self.runs[entry.key] = [0]
            else:
                self.vectors[entry.key] = []

    def see(self, result: Tick) -> None:
        """Take in the frames that came with a tick."""
        for key in result.fresh:
            frames = self.frames[key]
            if key in STACKS:
                behind = result.state.earlier[IMAGES[key][0]]
                self.runs[key].append(len(frames) - len(behind))
            frames.append(result.observation[key][: len(frames[0])].astype(np.float16))

    def keep(self, result: Tick, lesson: Lesson) -> None:
        """Keep a tick and what the teacher says of it."""
        for key, values in self.vectors.items():
            values.append(result.observation[key])
        for key, indices in self.frame_index.items():
            indices.append(len(self.frames[key]) - 1)
        self.masks.append(result.mask)
        self.lessons.append(lesson)

    def samples(self) -> Samples:
        """Return all that was kept."""
        return Samples(
            {key: np.array(values, np.float32) for key, values in self.vectors.items()},
            {key: np.array(frames, np.float16) for key, frames in self.frames.items()},
            {key: np.array(indices, np.int64) for key, indices in self.frame_index.items()},
            np.array(self.masks, np.float32),
            np.array([lesson.actions for lesson in self.lessons]),
            np.array([lesson.velocities for lesson in self.lessons]),
            np.zeros(len(self.lessons), np.int64),
            {key: np.array(first, np.int64) for key, first in self.runs.items()},
        )
