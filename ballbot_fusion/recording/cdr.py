"""Messages of a recording read field by field, without ROS: those that a replay needs.

Plain little-endian CDR, as every x86-64 and ARM machine writes it; see recording/wire.py.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ballbot_fusion.core.samples import (
    ColorSample,
    CommandSample,
    DepthSample,
    ImageSample,
    Sample,
    Source,
)
from ballbot_fusion.recording import wire
from ballbot_fusion.recording.pixels import color_pixels, pixels

Read = Callable[[bytes], Sample]
"""Makes a sample of a serialised message; raises ValueError for what is none."""


def nanoseconds(seconds: int, nanos: int) -> int:
    """A stamp in ns; raises ValueError for one that is no time.

    Added up, a second too many would make stamps that no message can carry, and so no command.
    """
    if nanos >= 1_000_000_000:
        raise ValueError(f"stamp with {nanos} ns, expected less than a second of them")
    return seconds * 1_000_000_000 + nanos


class CdrReader:
    """Reads values one behind the other.

    Raises:
        ValueError: from every method, when the message ends before, or is of another encoding.
    """

    def __init__(self, data: bytes) -> None:
        """Read ``data`` from its beginning."""
        if data[:2] != wire.PLAIN_LITTLE_ENDIAN:
            raise ValueError(f"encoding {data[:2].hex()}, expected 0001, plain little-endian CDR")
        self._data, self._at = data, wire.HEAD

    def values(self, form: str, size: int) -> tuple[Any, ...]:
        """Return numbers of one ``size`` in bytes, as struct's ``form`` names them."""
        at = wire.HEAD + -(-(self._at - wire.HEAD) // size) * size
        packed = struct.Struct("<" + form)
        try:
            found = packed.unpack_from(self._data, at)
        except struct.error as error:
            raise ValueError(f"the message is cut short: {error}") from None
        self._at = at + packed.size
        return found

    def whole(self) -> int:
        """Return an unsigned number of 32 bits."""
        return int(self.values("I", 4)[0])

    def count(self, size: int) -> int:
        """Return how many values of ``size`` bytes follow."""
        number = self.whole()
        if number * size > len(self._data) - self._at:
            raise ValueError(f"{number} values are announced in {len(self._data)} bytes")
        return number

    def doubles(self) -> tuple[float, ...]:
        """Return a sequence of doubles."""
        number = self.count(8)
        return self.values(f"{number}d", 8) if number else ()

    def raw(self) -> bytes:
        """Return a sequence of bytes."""
        number = self.count(1)
        self._at += number
        return self._data[self._at - number : self._at]

    def text(self) -> str:
        """Return a string."""
        return self.raw().removesuffix(b"\0").decode("utf-8", "surrogateescape")

    def stamp_ns(self) -> int:
        """Return a time; raises ValueError for one that is none, as the nodes do."""
        seconds, nanos = self.values("iI", 4)
        return nanoseconds(int(seconds), int(nanos))


def string(data: bytes) -> str:
    """Read a std_msgs/String."""
    return CdrReader(data).text()


def float_array(data: bytes) -> tuple[float, ...]:
    """Read the numbers of a std_msgs/Float64MultiArray."""
    reader = CdrReader(data)
    for _ in range(reader.whole()):
        reader.text()
        reader.values("II", 4)
    reader.whole()
    return reader.doubles()


def float_array_bytes(data: bytes, numbers: tuple[float, ...] | list[float]) -> bytes:
    """Return a std_msgs/Float64MultiArray with other numbers, and without a layout."""
    head = data[: wire.HEAD] + struct.pack("<III", 0, 0, len(numbers))
    padding = -(len(head) - wire.HEAD) % 8 if numbers else 0
    return head + bytes(padding) + struct.pack(f"<{len(numbers)}d", *numbers)


@dataclass
class _Image:
    """Fields of a sensor_msgs/Image."""

    height: int
    width: int
    encoding: str
    is_bigendian: int
    step: int
    data: bytes


def image_sample(data: bytes, source: Source, kind: str) -> ImageSample:
    """Read a sensor_msgs/Image of a camera of ``kind`` depth or color."""
    reader = CdrReader(data)
    stamp_ns, frame_id = reader.stamp_ns(), reader.text()
    height, width = reader.values("II", 4)
    encoding, (big,), (step,) = reader.text(), reader.values("B", 1), reader.values("I", 4)
    image = _Image(height, width, encoding, big, step, reader.raw())
    if kind == "color":
        return ColorSample(source, stamp_ns, 0, color_pixels(image), encoding, frame_id)
    return DepthSample(source, stamp_ns, 0, pixels(image), encoding, frame_id)


def command_sample(data: bytes, *, stamped: bool) -> CommandSample:
    """Read a geometry_msgs/Twist, or TwistStamped; its stamp is told by the trace."""
    reader = CdrReader(data)
    if stamped:
        reader.values("iI", 4)
        reader.text()
    x, y, _, _, _, yaw = reader.values("6d", 8)
    return CommandSample(Source.COMMAND, 0, 0, (x, y, yaw))


def readers(kinds: tuple[str, ...], *, stamped_command: bool) -> dict[Source, Read]:
    """How each source's messages are read, of a robot with cameras of ``kinds``."""
    return {
        Source.IMU: partial(wire.imu_sample, arrival_ns=0),
        Source.ENCODERS: partial(wire.joint_sample, arrival_ns=0, source=Source.ENCODERS),
        Source.MOTORS: partial(wire.joint_sample, arrival_ns=0, source=Source.MOTORS),
        Source.COMMAND: partial(command_sample, stamped=stamped_command),
        **{
            source: partial(image_sample, source=source, kind=kind)
            for source, kind in zip((Source.CAMERA_0, Source.CAMERA_1), kinds, strict=False)
        },
    }
