"""What is sent at every tick written straight in its wire form: what wire.py reads, and as fast.

A message object costs more to fill and to convert than the middleware takes to send it.
"""

import struct
from collections.abc import Sequence
from functools import lru_cache

from ballbot_fusion.core.samples import ImuSample, JointSample
from ballbot_fusion.recording.wire import PLAIN_LITTLE_ENDIAN

_HEAD = PLAIN_LITTLE_ENDIAN + b"\x00\x00"
"""The encoding, and no options."""
_STAMP = struct.Struct("<iI")
_IMU = struct.Struct("<37d")
"""Orientation and its covariance, angular velocity and its, linear acceleration and its."""
_UNKNOWN_ORIENTATION = (0.0, 0.0, 0.0, 1.0, -1.0)
"""Identity, and what REP 145 writes into its covariance when there is none."""
_SECOND = 1_000_000_000


def _padded(data: bytes, size: int) -> bytes:
    """Fill up so that what follows is aligned to ``size``."""
    return data + b"\x00" * (-len(data) % size)


def _string(text: str) -> bytes:
    encoded = text.encode() + b"\x00"
    return struct.pack("<I", len(encoded)) + encoded


@lru_cache(maxsize=16)
def _frame(frame_id: str) -> bytes:
    """Everything between an Imu's stamp and its numbers."""
    # The stamp's eight bytes do not change how what follows them is aligned.
    return _padded(_string(frame_id), 8)


@lru_cache(maxsize=16)
def _joint_layout(
    names: tuple[str, ...], frame_id: str, counts: tuple[int, ...]
) -> tuple[bytes, struct.Struct]:
    """Everything between a JointState's stamp and its lists, and how those are packed."""
    fixed = _padded(_string(frame_id), 4) + struct.pack("<I", len(names))
    for name in names:
        fixed = _padded(fixed + _string(name), 4)
    form, offset = "<", len(fixed)
    for count in counts:
        form, offset = form + "I", offset + 4
        padding = -offset % 8 if count else 0
        form, offset = f"{form}{padding}x{count}d", offset + padding + 8 * count
    return fixed, struct.Struct(form)


def imu_bytes(sample: ImuSample, stamp_ns: int) -> bytes:
    """sensor_msgs/Imu as REP 145 has it; covariances are not known, and so zero."""
    q = sample.orientation
    zeros = (0.0,) * 8
    orientation = _UNKNOWN_ORIENTATION if q is None else (*q, 0.0)
    return b"".join((
        _HEAD,
        _STAMP.pack(*divmod(stamp_ns, _SECOND)),
        _frame(sample.frame_id),
        _IMU.pack(
            *orientation, *zeros,
            *sample.angular_velocity, 0.0, *zeros,
            *sample.linear_acceleration, 0.0, *zeros,
        ),
    ))  # fmt: skip


def joint_bytes(sample: JointSample, stamp_ns: int) -> bytes:
    """sensor_msgs/JointState of wheels."""
    values = (sample.position, sample.velocity, sample.effort)
    return _joints(sample.names, values, stamp_ns, "")


def effort_bytes(
    names: tuple[str, ...], effort: Sequence[float], stamp_ns: int, frame_id: str = ""
) -> bytes:
    """sensor_msgs/JointState with wheel torques [N m], stamped with the IMU sample behind them."""
    return _joints(names, ((), (), effort), stamp_ns, frame_id)


def _joints(
    names: tuple[str, ...],
    values: tuple[Sequence[float], Sequence[float], Sequence[float]],
    stamp_ns: int,
    frame_id: str,
) -> bytes:
    a, b, c = values
    fixed, values_form = _joint_layout(names, frame_id, (len(a), len(b), len(c)))
    numbers = values_form.pack(len(a), *a, len(b), *b, len(c), *c)
    return b"".join((_HEAD, _STAMP.pack(*divmod(stamp_ns, _SECOND)), fixed, numbers))


def float_array_bytes(numbers: Sequence[float], parts: Sequence[tuple[str, int]]) -> bytes:
    """std_msgs/Float64MultiArray, whose layout labels ``parts``, names and lengths in order."""
    data = struct.pack("<I", len(parts))
    for name, size in parts:
        data = _padded(data + _string(name), 4) + struct.pack("<II", size, 0)
    data += struct.pack("<II", 0, len(numbers))
    data = _padded(data, 8) if numbers else data
    return b"".join((_HEAD, data, struct.pack(f"<{len(numbers)}d", *numbers)))
