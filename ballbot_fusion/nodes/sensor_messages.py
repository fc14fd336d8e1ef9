"""Simulated samples as the messages that drivers send. Message objects are used again."""

from nav_msgs.msg import Odometry
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState

from ballbot_fusion.core.robot import Camera
from ballbot_fusion.core.samples import DepthSample, ImuSample, JointSample
from ballbot_fusion.nodes.conversion import stamp
from ballbot_fusion.simulation.model import focal_length
from ballbot_fusion.simulation.simulation import GroundTruth


class SensorMessages:
    """Fills one message object per kind."""

    def __init__(self) -> None:
        """Create the messages."""
        self._imu, self._joints, self._odom = Imu(), JointState(), Odometry()
        self._odom.header.frame_id = "world"
        self._odom.child_frame_id = "base_link"

    def imu(self, sample: ImuSample, stamp_ns: int) -> Imu:
        """sensor_msgs/Imu as REP 145 has it."""
        message = self._imu
        message.header.stamp = stamp(stamp_ns)
        message.header.frame_id = sample.frame_id
        known = sample.orientation is not None
        message.orientation_covariance[0] = 0.0 if known else -1.0
        q, rate, force = message.orientation, message.angular_velocity, message.linear_acceleration
        q.x, q.y, q.z, q.w = sample.orientation or (0.0, 0.0, 0.0, 1.0)
        rate.x, rate.y, rate.z = sample.angular_velocity
        force.x, force.y, force.z = sample.linear_acceleration
        return message

    def joints(self, sample: JointSample, stamp_ns: int) -> JointState:
        """sensor_msgs/JointState of the wheels."""
        message = self._joints
        message.header.stamp = stamp(stamp_ns)
        message.name = list(sample.names)
        message.position, message.velocity = list(sample.position), list(sample.velocity)
        message.effort = list(sample.effort)
        return message

    def odometry(self, truth: GroundTruth, stamp_ns: int) -> Odometry:
        """nav_msgs/Odometry with the truth: velocities in the heading frame and base_link."""
        message = self._odom
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
