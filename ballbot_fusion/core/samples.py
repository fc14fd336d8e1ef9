"""Samples: what a sensor said, when it said so (stamp) and when that arrived.

Stamps are ROS time, arrivals steady time, both in integer nanoseconds. Samples are plain data and
may hold nonsense: the synchronizer judges them, nobody else has to.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from hashlib import blake2b
from struct import Struct

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


def _hash48(payload: bytes | memoryview, seed: int) -> int:
    digest = blake2b(payload, digest_size=HASH_BITS // 8, salt=bytes([seed]))
    return int.from_bytes(digest.digest(), "little")


@dataclass(frozen=True)
class Sample:
    """Anything that was received. ``source`` names the stream, times are nanoseconds."""

    source: Source
    stamp_ns: int
    arrival_ns: int

    def payload(self) -> bytes | memoryview:
        """Everything the sample says besides its times, for hashing and comparing."""
        raise NotImplementedError

    @cached_property
    def content_hash(self) -> int:
        """48-bit BLAKE2b hash of the payload."""
        return _hash48(self.payload(), int(self.source))


_IMU_LAYOUT = Struct("<10d?")


@dataclass(frozen=True)
class ImuSample(Sample):
    """sensor_msgs/Imu: orientation (x, y, z, w) of frame_id in the world or None, rad/s, m/s^2."""

    angular_velocity: tuple[float, float, float]
    linear_acceleration: tuple[float, float, float]
    orientation: tuple[float, float, float, float] | None = None
    frame_id: str = "imu_link"

    def payload(self) -> bytes:
        """The ten numbers and whether there is an orientation."""
        orientation = self.orientation or (0.0, 0.0, 0.0, 0.0)
        has = self.orientation is not None
        return _IMU_LAYOUT.pack(
            *orientation, *self.angular_velocity, *self.linear_acceleration, has
        )


@dataclass(frozen=True)
class JointSample(Sample):
    """sensor_msgs/JointState: positions [rad], velocities [rad/s] and efforts [N m] by joint name."""

    names: tuple[str, ...]
    position: tuple[float, ...] = ()
    velocity: tuple[float, ...] = ()
    effort: tuple[float, ...] = ()

    def payload(self) -> bytes:
        """All numbers, behind their counts and names."""
        numbers = (*self.position, *self.velocity, *self.effort)
        head = f"{self.names},{len(self.position)},{len(self.velocity)}".encode()
        return head + Struct(f"<{len(numbers)}d").pack(*numbers)


@dataclass(frozen=True)
class DepthSample(Sample):
    """sensor_msgs/Image with depth, (height, width): uint16 millimetres or float32 metres."""

    image: NDArray[np.uint16] | NDArray[np.float32]
    encoding: str = "16UC1"
    frame_id: str = ""

    def payload(self) -> memoryview:
        """The pixels."""
        return memoryview(np.ascontiguousarray(self.image)).cast("B")


@dataclass(frozen=True)
class CommandSample(Sample):
    """geometry_msgs/Twist: vx, vy [m/s] and yaw rate [rad/s] in the heading frame."""

    velocity: tuple[float, float, float]

    def payload(self) -> bytes:
        """The three numbers."""
        return Struct("<3d").pack(*self.velocity)
