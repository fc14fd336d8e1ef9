"""What the simulation sends as messages: the truth, images. wire_out.py has the fast streams."""

from nav_msgs.msg import Odometry
from sensor_msgs.msg import CameraInfo, Image

from ballbot_fusion.core.robot import Camera
from ballbot_fusion.core.samples import DepthSample
from ballbot_fusion.nodes.conversion import stamp
from ballbot_fusion.simulation.model import focal_length
from ballbot_fusion.simulation.simulation import GroundTruth


def odometry_message(truth: GroundTruth, stamp_ns: int) -> Odometry:
    """nav_msgs/Odometry with the truth: velocities in the heading frame and base_link."""
    message = Odometry(child_frame_id="base_link")
    message.header.frame_id = "world"
    message.header.stamp = stamp(stamp_ns)
    pose, twist = message.pose.pose, message.twist.twist
    pose.position.x, pose.position.y, pose.position.z = truth.position
    q = pose.orientation
    q.x, q.y, q.z, q.w = truth.orientation
    twist.linear.x, twist.linear.y, twist.linear.z = truth.heading_velocity
    twist.angular.x, twist.angular.y, twist.angular.z = truth.angular_velocity
    return message


def image_message(sample: DepthSample, stamp_ns: int) -> Image:
    """sensor_msgs/Image, 16UC1 (REP 118)."""
    rows, columns = sample.image.shape
    message = Image(height=rows, width=columns, encoding=sample.encoding, step=2 * columns)
    message.header.stamp = stamp(stamp_ns)
    message.header.frame_id = sample.frame_id
    # A bytearray view would be copied value by value; array('B') takes bytes at once.
    message.data.frombytes(sample.image.tobytes())
    return message


def camera_info_message(camera: Camera, width: int, height: int, stamp_ns: int) -> CameraInfo:
    """sensor_msgs/CameraInfo of an ideal pinhole."""
    focal = focal_length(camera, height)
    message = CameraInfo(height=height, width=width, distortion_model="plumb_bob", d=[0.0] * 5)
    message.header.stamp = stamp(stamp_ns)
    message.header.frame_id = camera.frame_id
    x, y = (width - 1) / 2.0, (height - 1) / 2.0
    message.k = [focal, 0.0, x, 0.0, focal, y, 0.0, 0.0, 1.0]
    message.r = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]
    message.p = [focal, 0.0, x, 0.0, 0.0, focal, y, 0.0, 0.0, 0.0, 1.0, 0.0]
    return message
