"""Imu and JointState written straight in their wire form: what wire.py reads, and as fast.

A message object costs more to fill and to convert than the middleware takes to send it.
"""

import struct
from collections.abc import Sequence
from functools import lru_cache

from ballbot_fusion.core.samples import ImuSample, JointSample

_HEAD = b"\x00\x01\x00\x00"
"""Plain little-endian CDR, no options."""
_STAMP = struct.Struct("<iI")
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
def _imu_layout(frame_id: str) -> tuple[bytes, struct.Struct]:
    """Everything between stamp and numbers, and how the 37 numbers are packed."""
    # The stamp's eight bytes do not change how what follows them is aligned.
    return _padded(_string(frame_id), 8), struct.Struct("<4d9d3d9d3d9d")


@lru_cache(maxsize=16)
def _joint_layout(names: tuple[str, ...], frame_id: str, counts: tuple[int, ...]) -> "_Joints":
    return _Joints(names, frame_id, counts)


class _Joints:
    """How a JointState with these names and numbers of values lies on the wire."""

    def __init__(self, names: tuple[str, ...], frame_id: str, counts: tuple[int, ...]) -> None:
        fixed = _padded(_string(frame_id), 4) + struct.pack("<I", len(names))
        for name in names:
            fixed = _padded(fixed, 4) + _string(name)
        self.fixed = _padded(fixed, 4)
        form, offset = "<", len(self.fixed)
        for count in counts:
            form, offset = form + "I", offset + 4
            padding = -offset % 8 if count else 0
            form, offset = f"{form}{padding}x{count}d", offset + padding + 8 * count
        self.values = struct.Struct(form)


def imu_bytes(sample: ImuSample, stamp_ns: int) -> bytes:
    """sensor_msgs/Imu as REP 145 has it; covariances are not known, and so zero."""
    q = sample.orientation
    zeros = (0.0,) * 8
    orientation = _UNKNOWN_ORIENTATION if q is None else (*q, 0.0)
    frame, numbers = _imu_layout(sample.frame_id)
    return b"".join((
        _HEAD,
        _STAMP.pack(*divmod(stamp_ns, _SECOND)),
        frame,
        numbers.pack(
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
    layout = _joint_layout(names, frame_id, (len(a), len(b), len(c)))
    numbers = layout.values.pack(len(a), *a, len(b), *b, len(c), *c)
    return b"".join((_HEAD, _STAMP.pack(*divmod(stamp_ns, _SECOND)), layout.fixed, numbers))
