"""The part of ROS 2's ``launch_ros`` that ballbot_fusion's launch files use."""

from launch._refuse import missing_attribute
from launch_ros import actions, parameter_descriptions, substitutions

__all__ = ["actions", "parameter_descriptions", "substitutions"]
__getattr__ = missing_attribute("launch_ros", __all__)
