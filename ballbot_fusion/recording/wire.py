"""Imu and JointState read straight from their wire form, ten times as fast as by way of a message.

Both arrive more than a thousand times a second in each process that balances. The wire form is
CDR (OMG DDSI-RTPS 2.5, 10.2): values aligned to their size, counted from the end of the four bytes
that name the encoding; strings and sequences begin with their length.
"""

import struct
from functools import lru_cache

from ballbot_fusion.core.samples import ImuSample, JointSample, Source

PLAIN_LITTLE_ENDIAN = b"\x00\x01"
HEAD = 4
"""Bytes before the first value."""
_STAMP = struct.Struct("<iII")
"""Seconds, nanoseconds, length of frame_id."""
_LENGTH = struct.Struct("<I")
_IMU = struct.Struct("<37d")
"""Orientation and its covariance, angular velocity and its, linear acceleration and its."""
BROKEN = (struct.error, UnicodeDecodeError, IndexError)
LARGEST = 65536
"""Longest message that is read, bytes: a robot of a hundred joints sends a tenth of it. Reading
must never take so long that the robot falls meanwhile, whoever sent it."""


@lru_cache(maxsize=64)
def _text(data: bytes) -> str:
    return data.rstrip(b"\x00").decode()


def _aligned(offset: int, size: int) -> int:
    return HEAD + -(-(offset - HEAD) // size) * size


def _header(data: bytes) -> tuple[int, str, int]:
    """Return stamp [ns], frame_id and where the header ends."""
    seconds, nanos, length = _STAMP.unpack_from(data, HEAD)
    if nanos >= 1_000_000_000:
        raise struct.error(f"{nanos} ns in a stamp that counts seconds beside them")
    begin = HEAD + _STAMP.size
    return seconds * 1_000_000_000 + nanos, _text(data[begin : begin + length]), begin + length


def _names(data: bytes, offset: int) -> tuple[tuple[str, ...], int]:
    offset = _aligned(offset, 4)
    (count,) = _LENGTH.unpack_from(data, offset)
    offset += 4
    names = []
    for _ in range(count):
        offset = _aligned(offset, 4)
        (length,) = _LENGTH.unpack_from(data, offset)
        names.append(_text(data[offset + 4 : offset + 4 + length]))
        offset += 4 + length
    return tuple(names), offset


def _doubles(data: bytes, offset: int) -> tuple[tuple[float, ...], int]:
    offset = _aligned(offset, 4)
    (count,) = _LENGTH.unpack_from(data, offset)
    offset += 4
    if count == 0:
        return (), offset
    if count * 8 > len(data):
        raise struct.error(f"{count} numbers announced in {len(data)} bytes")
    offset = _aligned(offset, 8)
    return struct.Struct(f"<{count}d").unpack_from(data, offset), offset + 8 * count


def no_imu(arrival_ns: int) -> ImuSample:
    """Return what an Imu that cannot be read gives."""
    return ImuSample(Source.IMU, 0, arrival_ns, (), ())  # type: ignore[arg-type]


def no_joints(arrival_ns: int, source: Source) -> JointSample:
    """Return what a JointState that cannot be read gives."""
    return JointSample(source, 0, arrival_ns, ())


def imu_sample(data: bytes, arrival_ns: int) -> ImuSample:
    """Read a sensor_msgs/Imu; what cannot be read gives a sample without content."""
    return _imu_sample(data, arrival_ns).read_from(data)


def joint_sample(data: bytes, arrival_ns: int, source: Source) -> JointSample:
    """Read a sensor_msgs/JointState; what cannot be read gives a sample without content."""
    return _joint_sample(data, arrival_ns, source).read_from(data)


def _imu_sample(data: bytes, arrival_ns: int) -> ImuSample:
    if len(data) > LARGEST or data[:2] != PLAIN_LITTLE_ENDIAN:
        return no_imu(arrival_ns)
    try:
        stamp_ns, frame_id, offset = _header(data)
        v = _IMU.unpack_from(data, _aligned(offset, 8))
    except BROKEN:
        return no_imu(arrival_ns)
    orientation = None if v[4] == -1.0 else (v[0], v[1], v[2], v[3])
    return ImuSample(
        Source.IMU, stamp_ns, arrival_ns,
        (v[13], v[14], v[15]), (v[25], v[26], v[27]), orientation, frame_id,
    )  # fmt: skip


def _joint_sample(data: bytes, arrival_ns: int, source: Source) -> JointSample:
    if len(data) > LARGEST or data[:2] != PLAIN_LITTLE_ENDIAN:
        return no_joints(arrival_ns, source)
    try:
        stamp_ns, _, offset = _header(data)
        names, offset = _names(data, offset)
        position, offset = _doubles(data, offset)
        velocity, offset = _doubles(data, offset)
        effort, offset = _doubles(data, offset)
    except BROKEN:
        return no_joints(arrival_ns, source)
    return JointSample(source, stamp_ns, arrival_ns, names, position, velocity, effort)
