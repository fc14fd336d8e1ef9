"""What our topics are called, before any remapping."""

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source

IMAGE_TOPICS = {"depth": "depth/image_rect_raw", "color": "color/image_raw"}
"""Where a camera's images are, by its kind, below its own name."""


def image_topics(robot: RobotConfig) -> dict[Source, str]:
    """Topics of the images of ``robot``."""
    return {
        Source(Source.CAMERA_0 + number): f"camera_{number}/{IMAGE_TOPICS[camera.kind]}"
        for number, camera in enumerate(robot.cameras)
    }


def info_topic(image_topic: str) -> str:
    """Topic of the camera_info that belongs to an image topic, as image_transport has it."""
    return image_topic.rpartition("/")[0] + "/camera_info"
