"""What the simulation sends as messages: the truth, images. wire_out.py has the fast streams."""

from math import prod

from nav_msgs.msg import Odometry
from sensor_msgs.msg import CameraInfo, Image

from ballbot_fusion.core.robot import Camera
from ballbot_fusion.core.samples import ImageSample
from ballbot_fusion.nodes.conversion import stamp
from ballbot_fusion.nodes.odometry import filled_odometry
from ballbot_fusion.simulation.model import focal_length
from ballbot_fusion.simulation.simulation import GroundTruth


def truth_message(truth: GroundTruth, stamp_ns: int) -> Odometry:
    """nav_msgs/Odometry with the truth: velocities in the heading frame and base_link."""
    return filled_odometry(
        ("world", "base_link"),
        stamp_ns,
        (truth.position, truth.orientation),
        (truth.heading_velocity, truth.angular_velocity),
    )


def image_message(sample: ImageSample, stamp_ns: int) -> Image:
    """sensor_msgs/Image, 16UC1 (REP 118) or rgb8."""
    rows, columns = sample.image.shape[:2]
    step = prod(sample.image.shape[1:]) * sample.image.itemsize  # of any row; there may be none
    message = Image(height=rows, width=columns, encoding=sample.encoding, step=step)
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
