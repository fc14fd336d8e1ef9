"""nav_msgs/Odometry: of the estimate, and filled for whoever else knows a pose."""

from nav_msgs.msg import Odometry

from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.rotation import Quaternion, Vector
from ballbot_fusion.nodes.conversion import stamp

VELOCITY_VARIANCE = 0.02**2
"""(m/s)^2: about the error measured while driving on rough ground."""


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


def odometry_message(estimate: Estimate, stamp_ns: int) -> Odometry:
    """Pose in odom, velocity in base_link's heading."""
    message = filled_odometry(
        ("odom", "base_footprint"),
        stamp_ns,
        (estimate.position, estimate.attitude),
        (estimate.velocity, estimate.rate),
    )
    message.twist.covariance[0] = message.twist.covariance[7] = VELOCITY_VARIANCE
    return message
