"""Samples: what a sensor said, when it said so (stamp) and when that arrived.

Stamps are ROS time, arrivals steady time, both in integer nanoseconds. Samples are plain data and
may hold nonsense: the synchronizer judges them, nobody else has to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from hashlib import blake2b
from struct import pack
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

HASH_BITS = 48
"""Content hashes are cut to 48 bits: exact in the doubles of the trace."""


class Source(IntEnum):
    """Where samples come from; the number is the one in the trace."""

    IMU = 0
    ENCODERS = 1
    CAMERA_0 = 2
    CAMERA_1 = 3
    MOTORS = 4
    COMMAND = 5
    INSTRUCTION = 6


@dataclass(frozen=True)
class Sample:
    """Anything that was received. ``source`` names the stream, times are nanoseconds."""

    source: Source
    stamp_ns: int
    arrival_ns: int

    wire = b""
    """The whole message, where it was read from bytes: also what of it nobody senses. No field."""

    def read_from(self, data: bytes) -> Self:
        """Remember the message that it was read from; return the same sample."""
        self.__dict__["wire"] = data
        return self

    def heading(self) -> str:
        """Whatever tells how the payload is to be read: names, frames, shapes."""
        raise NotImplementedError

    def payload(self) -> bytes | memoryview:
        """All values, for hashing and comparing."""
        raise NotImplementedError

    @cached_property
    def content_hash(self) -> int:
        """48-bit BLAKE2b hash of everything the sample says besides its times."""
        digest = blake2b(digest_size=HASH_BITS // 8, salt=bytes([self.source]))
        # The heading ends where the payload begins: no other pair gives the same bytes.
        text = self.heading().encode("utf-8", "surrogatepass")
        digest.update(len(text).to_bytes(8, "little") + text)
        digest.update(self.payload())
        return int.from_bytes(digest.digest(), "little")

    def arrived(self, arrival_ns: int) -> Self:
        """Return the same sample, arrived at another time."""
        # Called for every sample in the simulation: a quarter of the time of dataclasses.replace.
        sample = object.__new__(type(self))
        sample.__dict__.update(self.__dict__, arrival_ns=arrival_ns)
        return sample

    def repeats(self, other: "Sample") -> bool:
        """Whether it says the same as ``other``, an earlier sample of its source, times apart."""
        return self.content_hash == other.content_hash


def _packed(*groups: Sequence[float]) -> bytes:
    """How many numbers each group has, then all of them as doubles."""
    numbers = [value for group in groups for value in group]
    return pack(f"<{len(groups)}q{len(numbers)}d", *map(len, groups), *numbers)


@dataclass(frozen=True)
class ImuSample(Sample):
    """sensor_msgs/Imu: orientation (x, y, z, w) of frame_id in the world or None, rad/s, m/s^2."""

    angular_velocity: tuple[float, float, float]
    linear_acceleration: tuple[float, float, float]
    orientation: tuple[float, float, float, float] | None = None
    frame_id: str = "imu_link"

    def heading(self) -> str:
        """The frame."""
        return self.frame_id

    def repeats(self, other: Sample) -> bool:
        """Whether what it measured is the same; an orientation may be computed on and on from that.

        Number by number: a thousand times a second, a hash would take ten times as long.
        """
        return (
            isinstance(other, ImuSample)
            and self.angular_velocity == other.angular_velocity
            and self.linear_acceleration == other.linear_acceleration
            and self.frame_id == other.frame_id
        )

    def payload(self) -> bytes:
        """Rates, accelerations, and the orientation if there is one."""
        return _packed(self.angular_velocity, self.linear_acceleration, self.orientation or ())


@dataclass(frozen=True)
class JointSample(Sample):
    """sensor_msgs/JointState by joint name: positions [rad], velocities [rad/s], efforts [N m]."""

    names: tuple[str, ...]
    position: tuple[float, ...] = ()
    velocity: tuple[float, ...] = ()
    effort: tuple[float, ...] = ()

    def heading(self) -> str:
        """The joint names."""
        return repr(self.names)

    def payload(self) -> bytes:
        """Positions, velocities and efforts."""
        return _packed(self.position, self.velocity, self.effort)


@dataclass(frozen=True)
class ImageSample(Sample):
    """sensor_msgs/Image of any kind."""

    image: NDArray[Any]
    encoding: str
    frame_id: str = ""

    def heading(self) -> str:
        """How the pixels lie in memory, and the frame."""
        return repr((self.image.shape, self.image.dtype.str, self.encoding, self.frame_id))

    def payload(self) -> memoryview:
        """The pixels."""
        # By way of numpy: a memoryview itself cannot be cast when it is empty.
        return np.ascontiguousarray(self.image).reshape(-1).view(np.uint8).data


class Intrinsics(NamedTuple):
    """sensor_msgs/CameraInfo of a rectified image: size, focal lengths and centre in pixels."""

    width: int
    height: int
    fx: float
    fy: float
    cx: float
    """Counted from the centre of the first pixel."""
    cy: float

    @classmethod
    def of(cls, width: int, height: int, p: Sequence[float], k: Sequence[float]) -> "Intrinsics":
        """Take those of the projection ``p`` (12,) of rectified images, or where there is none (0)
        of the camera matrix ``k`` (9,) of raw ones; both row by row, as camera_info has them.
        """
        focal = (p[0], p[5], p[2], p[6]) if p[0] > 0.0 else (k[0], k[4], k[2], k[5])
        return cls(width, height, *map(float, focal))


@dataclass(frozen=True)
class DepthSample(ImageSample):
    """An image with depth, (height, width): uint16 steps (millimetres) or float32 metres."""

    image: NDArray[np.uint16] | NDArray[np.float32]
    encoding: str = "16UC1"
    intrinsics: Intrinsics | None = None
    """Of the camera_info that came before it, where the robot file has them used."""

    def heading(self) -> str:
        """How the pixels lie in memory, the frame, and the intrinsics if there are any."""
        lens = "" if self.intrinsics is None else repr(tuple(self.intrinsics))
        return super().heading() + lens


@dataclass(frozen=True)
class ColorSample(ImageSample):
    """An image with colour, (height, width, 3): uint8 in the order that the encoding names."""

    image: NDArray[np.uint8]
    encoding: str = "rgb8"


@dataclass(frozen=True)
class CommandSample(Sample):
    """geometry_msgs/Twist: vx, vy [m/s] and yaw rate [rad/s] in the heading frame."""

    velocity: tuple[float, float, float]

    def heading(self) -> str:
        """Nothing: a command has no frame."""
        return ""

    def payload(self) -> bytes:
        """The three numbers."""
        return _packed(self.velocity)


@dataclass(frozen=True)
class InstructionSample(Sample):
    """What somebody said, as a text encoder put it into numbers: a unit vector.

    Without any number (shape (0,)) it takes back what was said before.
    """

    embedding: NDArray[np.float32]

    def heading(self) -> str:
        """How many numbers there are, and of what type."""
        return repr((self.embedding.shape, self.embedding.dtype.str))

    def payload(self) -> memoryview:
        """All of them."""
        return np.ascontiguousarray(self.embedding).reshape(-1).view(np.uint8).data
