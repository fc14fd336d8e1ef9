"""What our topics are called, before any remapping."""

from typing import Literal, get_args

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source

IMAGE_TOPICS = {"depth": "depth/image_rect_raw", "color": "color/image_raw"}
"""Where a camera's images are, by its kind, below its own name."""
ASKS = "doctor/asks"
"""std_msgs/String: what the doctor, or a calibration, asks people for now; empty: nothing.

The stand of the simulated hardware does it.
"""

CommandType = Literal["joint_state", "float64_multi_array", "float64_multi_array_velocity"]
"""Safety's ``command_type``: what the motors' driver listens to."""
JOINT_STATES, EFFORTS, VELOCITIES = get_args(CommandType)
MOTOR_TOPICS = {
    JOINT_STATES: ("motor_commands", "sensor_msgs/msg/JointState"),
    EFFORTS: ("motor_array", "std_msgs/msg/Float64MultiArray"),
    VELOCITIES: ("motor_velocities", "std_msgs/msg/Float64MultiArray"),
}
"""Topic and message type by ``CommandType``.

Torques and velocities have topics of their own: a driver must never take one for the other.
"""


def image_topics(robot: RobotConfig) -> dict[Source, str]:
    """Topics of the images of ``robot``."""
    return {
        Source(Source.CAMERA_0 + number): f"camera_{number}/{IMAGE_TOPICS[camera.kind]}"
        for number, camera in enumerate(robot.cameras)
    }


def info_topic(image_topic: str) -> str:
    """Topic of the camera_info that belongs to an image topic, as image_transport has it."""
    return image_topic.rpartition("/")[0] + "/camera_info"
