"""Messages to samples. Nothing is judged here, and nothing raises on bad content but its stamp."""

from builtin_interfaces.msg import Time
from geometry_msgs.msg import Twist
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState

from ballbot_fusion.core.samples import (
    ColorSample,
    CommandSample,
    DepthSample,
    ImuSample,
    Intrinsics,
    JointSample,
    Source,
)
from ballbot_fusion.recording import cdr
from ballbot_fusion.recording.pixels import color_pixels, pixels


def nanoseconds(stamp: Time) -> int:
    """Stamp in integer nanoseconds; raises ValueError for one that is no time."""
    return cdr.nanoseconds(int(stamp.sec), int(stamp.nanosec))


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


def intrinsics(message: CameraInfo) -> Intrinsics:
    """Convert a camera_info: the projection of rectified images, or of raw ones where it has none.

    Distortion is not undone: depth images come rectified (``image_rect_raw``).
    """
    return Intrinsics.of(message.width, message.height, message.p, message.k)


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


def color_sample(message: Image, arrival_ns: int, source: Source) -> ColorSample:
    """Convert a colour image, rgb8 or bgr8 (sensor_msgs/image_encodings)."""
    return ColorSample(
        source,
        nanoseconds(message.header.stamp),
        arrival_ns,
        color_pixels(message),
        message.encoding,
        message.header.frame_id,
    )


def command_sample(message: Twist, arrival_ns: int) -> CommandSample:
    """Convert cmd_vel; it has no stamp but its arrival."""
    velocity = (message.linear.x, message.linear.y, message.angular.z)
    return CommandSample(Source.COMMAND, arrival_ns, arrival_ns, velocity)
