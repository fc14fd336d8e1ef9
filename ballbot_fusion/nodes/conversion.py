"""Messages to samples. Nothing is judged here, and nothing raises on bad content."""

import sys
from typing import Any, Literal

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Twist
from numpy.typing import NDArray
from sensor_msgs.msg import Image, Imu, JointState

from ballbot_fusion.core.samples import (
    CommandSample,
    DepthSample,
    ImuSample,
    JointSample,
    Source,
)

_PIXELS: dict[str, np.dtype[Any]] = {"16UC1": np.dtype(np.uint16), "32FC1": np.dtype(np.float32)}


def nanoseconds(stamp: Time) -> int:
    """Stamp in integer nanoseconds."""
    return int(stamp.sec) * 1_000_000_000 + int(stamp.nanosec)


def stamp(nanos: int) -> Time:
    """Integer nanoseconds as a stamp."""
    return Time(sec=nanos // 1_000_000_000, nanosec=nanos % 1_000_000_000)


def imu_sample(message: Imu, arrival_ns: int) -> ImuSample:
    """Convert an Imu message; REP 145: covariance[0] == -1 means that there is no orientation."""
    q, rate, force = message.orientation, message.angular_velocity, message.linear_acceleration
    known = message.orientation_covariance[0] != -1.0
    return ImuSample(
        Source.IMU,
        nanoseconds(message.header.stamp),
        arrival_ns,
        (rate.x, rate.y, rate.z),
        (force.x, force.y, force.z),
        (q.x, q.y, q.z, q.w) if known else None,
        message.header.frame_id,
    )


def joint_sample(message: JointState, arrival_ns: int, source: Source) -> JointSample:
    """Convert a JointState message of the encoders or of the motors."""
    return JointSample(
        source,
        nanoseconds(message.header.stamp),
        arrival_ns,
        tuple(message.name),
        tuple(message.position),
        tuple(message.velocity),
        tuple(message.effort),
    )


def pixels(message: Image) -> NDArray[Any]:
    """(H, W) pixels without a copy where that is possible; (0, 0) bytes when they do not fit."""
    kind = _PIXELS.get(message.encoding)
    rows, columns, step = message.height, message.width, message.step
    data = np.frombuffer(message.data, np.uint8)
    if kind is None or columns == 0 or step < columns * kind.itemsize or data.size < rows * step:
        return np.empty((0, 0), np.uint8)
    lines = data[: rows * step].reshape(rows, step)[:, : columns * kind.itemsize]
    order: Literal[">", "<"] = ">" if message.is_bigendian else "<"
    values = np.ascontiguousarray(lines).view(kind.newbyteorder(order))
    return values if order == ("<" if sys.byteorder == "little" else ">") else values.astype(kind)


def depth_sample(message: Image, arrival_ns: int, source: Source) -> DepthSample:
    """Convert a depth image (REP 118)."""
    return DepthSample(
        source,
        nanoseconds(message.header.stamp),
        arrival_ns,
        pixels(message),
        message.encoding,
        message.header.frame_id,
    )


def command_sample(message: Twist, arrival_ns: int) -> CommandSample:
    """Convert cmd_vel; it has no stamp but its arrival."""
    velocity = (message.linear.x, message.linear.y, message.angular.z)
    return CommandSample(Source.COMMAND, arrival_ns, arrival_ns, velocity)
