"""What the robot senses: the ordered observation spec that everything else derives sizes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import pi, prod
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import frame_stack, velocity_history

IMAGE_FEATURES = 20
"""Features a camera is encoded into; with 15 proprioceptive numbers they make the seed's 55."""

MANY = 32
"""Vectors of more numbers than this are quicker in numpy."""
INSTRUCTION = "instruction"
"""Key of what the robot was told to do."""

CameraKind = Literal["depth", "color"]
"""What a camera measures in each pixel: a distance, or red, green and blue."""

Observation = dict[str, NDArray[np.float32]]
"""Arrays by modality key, each of its modality's shape."""


@dataclass(frozen=True)
class Modality:
    """One entry of an observation.

    ``value = clip(raw / scale, low, high)``; ``stale_ns`` is the age from which it is masked, None
    for what cannot go stale.
    """

    key: str
    shape: tuple[int, ...]
    unit: str
    frame: str
    low: float
    high: float
    scale: float = 1.0
    stale_ns: int | None = None

    @property
    def is_image(self) -> bool:
        """Whether this is (channels, height, width)."""
        return len(self.shape) == 3

    @property
    def size(self) -> int:
        """Number of raw values."""
        return prod(self.shape)

    def normalise(self, raw: Sequence[float] | NDArray[np.float32]) -> NDArray[np.float32]:
        """Scale and clip raw values, row after row, into the shape and range that policies see."""
        if len(raw) > MANY:
            scaled = np.asarray(raw, np.float32) / np.float32(self.scale)
            return scaled.clip(self.low, self.high).reshape(self.shape)
        # In plain floats: for two or three numbers numpy takes five times as long.
        low, high, scale = self.low, self.high, self.scale
        values = np.array([min(max(value / scale, low), high) for value in raw], np.float32)
        return values if len(self.shape) == 1 else values.reshape(self.shape)


_MS = 1_000_000
_KNOWN = (
    Modality("orientation", (3,), "rad", "base_link in heading", -pi, pi, stale_ns=30 * _MS),
    Modality("angular_vel", (3,), "rad/s", "base_link", -2.0, 2.0, stale_ns=30 * _MS),
    Modality("vel", (3,), "m/s", "heading", -2.0, 2.0, stale_ns=40 * _MS),
    Modality("motor_state", (3,), "rad/s", "wheels", -2.0, 2.0, scale=10.0, stale_ns=40 * _MS),
    Modality("actions", (3,), "max torque", "wheels", -1.0, 1.0),
    Modality("rgbd_0", (1, 64, 64), "max range", "camera_0 optical", 0.0, 1.0, stale_ns=100 * _MS),
    Modality("rgbd_1", (1, 64, 64), "max range", "camera_1 optical", 0.0, 1.0, stale_ns=100 * _MS),
    Modality("rgb_0", (3, 64, 64), "full scale", "camera_0 optical", 0.0, 1.0, stale_ns=100 * _MS),
    Modality("rgb_1", (3, 64, 64), "full scale", "camera_1 optical", 0.0, 1.0, stale_ns=100 * _MS),
    *(
        Modality(
            key,
            (frame_stack.LENGTH, 64, 64),
            "max range",
            f"camera_{number} optical",
            0.0,
            1.0,
            stale_ns=100 * _MS,
        )
        for number, key in enumerate(frame_stack.STACKS)
    ),
    Modality("command", (3,), "m/s, m/s, rad/s", "heading", -2.0, 2.0),
    Modality("slope", (2,), "rad", "heading", -0.5, 0.5),
    Modality("image_age", (2,), "s", "cameras 0 and 1", 0.0, 0.5),
    Modality(
        velocity_history.KEY,
        (velocity_history.LENGTH, 3),
        "m/s",
        "heading",
        -2.0,
        2.0,
        stale_ns=40 * _MS,
    ),
    Modality("instruction", (256,), "unit vector", "WordLlama l2_supercat", -1.0, 1.0),
)
MODALITIES: Mapping[str, Modality] = MappingProxyType({entry.key: entry for entry in _KNOWN})
"""Every modality a spec may name. A new one is a line here and its source: in core/observed.py, or
for an image in ``IMAGES``.
"""
IMAGES: Mapping[str, tuple[int, CameraKind]] = MappingProxyType(
    {
        "rgbd_0": (0, "depth"),
        "rgbd_1": (1, "depth"),
        "rgb_0": (0, "color"),
        "rgb_1": (1, "color"),
        "rgbd_stack_0": (0, "depth"),
        "rgbd_stack_1": (1, "depth"),
    }
)
"""Which camera each image comes from, and of what kind that must be."""
SEED_KEYS = ("orientation", "angular_vel", "vel", "motor_state", "actions", "rgbd_0", "rgbd_1")
DEPLOYED_KEYS = (*SEED_KEYS, "command", "slope", "image_age")
SPOKEN_KEYS = (*SEED_KEYS, "slope", "image_age", INSTRUCTION)
"""Of a robot that is told where to go in words, not in numbers."""
BALANCE_KEYS = ("orientation", "angular_vel", "vel", "motor_state")
"""What the classical controller needs."""


@dataclass(frozen=True)
class ObservationSpec:
    """Ordered modalities. The order is that of the fused features and of the mask."""

    modalities: tuple[Modality, ...]

    def __post_init__(self) -> None:
        """Refuse empty specs and repeated keys."""
        if not self.modalities or len(set(self.keys)) != len(self.modalities):
            raise ValueError(f"A spec needs distinct modalities, found {list(self.keys)}.")

    @classmethod
    def of(cls, keys: Sequence[str]) -> "ObservationSpec":
        """Build the spec of known modalities; raises ValueError naming unknown keys."""
        unknown = [key for key in keys if key not in MODALITIES]
        if unknown:
            raise ValueError(f"Unknown modalities {unknown}; known are {list(MODALITIES)}.")
        return cls(tuple(MODALITIES[key] for key in keys))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Modality keys in order."""
        return tuple(entry.key for entry in self.modalities)

    @property
    def frames(self) -> int:
        """Frames of each camera that are observed; 1: the newest alone."""
        stacks = any(entry.key in frame_stack.STACKS for entry in self.images)
        return frame_stack.LENGTH if stacks else 1

    @cached_property
    def vectors(self) -> tuple[Modality, ...]:
        """The modalities that are vectors, or several of them, in order."""
        return tuple(entry for entry in self.modalities if not entry.is_image)

    @cached_property
    def images(self) -> tuple[Modality, ...]:
        """The modalities that are images, in order."""
        return tuple(entry for entry in self.modalities if entry.is_image)

    def __iter__(self) -> Iterator[Modality]:
        """Iterate over the modalities in order."""
        return iter(self.modalities)

    def __len__(self) -> int:
        """Count the modalities: the length of the mask."""
        return len(self.modalities)

    def __contains__(self, key: str) -> bool:
        """Whether the spec has this modality."""
        return key in self.keys

    def __getitem__(self, key: str) -> Modality:
        """Return a modality by key."""
        if key not in self.keys:
            raise KeyError(f"This spec has no {key!r}; it has {list(self.keys)}.")
        return self.modalities[self.keys.index(key)]

    def feature_slices(self, image_features: int = IMAGE_FEATURES) -> dict[str, slice]:
        """Where each modality lies in the fused feature vector."""
        slices, start = {}, 0
        for entry in self.modalities:
            stop = start + (image_features if entry.is_image else entry.size)
            slices[entry.key] = slice(start, stop)
            start = stop
        return slices

    def fused_size(self, image_features: int = IMAGE_FEATURES) -> int:
        """Length of the fused feature vector: 55 for the seed's keys, 60 as deployed."""
        return sum(image_features if entry.is_image else entry.size for entry in self.modalities)

    def zeros(self) -> Observation:
        """Return an observation of zeros."""
        return {entry.key: np.zeros(entry.shape, np.float32) for entry in self.modalities}
