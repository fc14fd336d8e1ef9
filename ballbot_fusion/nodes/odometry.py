"""nav_msgs/Odometry: of the estimate, and filled for whoever else knows a pose."""

from nav_msgs.msg import Odometry

from ballbot_fusion.core.drift import (
    RATE_DEVIATION,
    TILT_DEVIATION,
    VELOCITY_DEVIATION,
    Drift,
)
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.rotation import Quaternion, Vector
from ballbot_fusion.nodes.conversion import stamp

UNKNOWN = 1e6
"""Variance of what is not known at all: robot_localization and Nav2 take no infinity."""


def filled_odometry(
    frames: tuple[str, str],
    stamp_ns: int,
    pose: tuple[Vector, Quaternion],
    twist: tuple[Vector, Vector],
) -> Odometry:
    """Fill a message: frames (of the pose, of the child), pose, linear and angular velocity."""
    message = Odometry()
    message.header.frame_id, message.child_frame_id = frames
    message.header.stamp = stamp(stamp_ns)
    p, q = message.pose.pose.position, message.pose.pose.orientation
    (p.x, p.y, p.z), (q.x, q.y, q.z, q.w) = pose
    linear, angular = message.twist.twist.linear, message.twist.twist.angular
    (linear.x, linear.y, linear.z), (angular.x, angular.y, angular.z) = twist
    return message


def odometry_message(estimate: Estimate, drift: Drift, stamp_ns: int) -> Odometry:
    """Pose in odom, velocity in base_link's heading, both with the variances of ``drift``."""
    message = filled_odometry(
        ("odom", "base_footprint"),
        stamp_ns,
        (estimate.position, estimate.attitude),
        (estimate.velocity, estimate.rate),
    )
    pose, twist = message.pose.covariance, message.twist.covariance
    tilt, rate = TILT_DEVIATION**2, RATE_DEVIATION**2
    # Of x, y, z, and about x, y, z; the ball stays on ground of which no height is known.
    for place, variance in enumerate((drift.along, drift.along, UNKNOWN, tilt, tilt, drift.yaw)):
        pose[7 * place] = variance
    moving = VELOCITY_DEVIATION**2
    for place, variance in enumerate((moving, moving, UNKNOWN, rate, rate, rate)):
        twist[7 * place] = variance
    return message
