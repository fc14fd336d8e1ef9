"""The estimate as nav_msgs/Odometry."""

from nav_msgs.msg import Odometry

from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.nodes.conversion import stamp

VELOCITY_VARIANCE = 0.02**2
"""(m/s)^2: about the error measured while driving on rough ground."""


def odometry_message(estimate: Estimate, stamp_ns: int) -> Odometry:
    """Pose in odom, velocity in base_link's heading."""
    message = Odometry()
    message.header.stamp = stamp(stamp_ns)
    message.header.frame_id = "odom"
    message.child_frame_id = "base_footprint"
    pose, twist = message.pose.pose, message.twist.twist
    pose.position.x, pose.position.y, pose.position.z = estimate.position
    q = pose.orientation
    q.x, q.y, q.z, q.w = estimate.attitude
    twist.linear.x, twist.linear.y, twist.linear.z = estimate.velocity
    twist.angular.x, twist.angular.y, twist.angular.z = estimate.rate
    message.twist.covariance[0] = message.twist.covariance[7] = VELOCITY_VARIANCE
    return message
