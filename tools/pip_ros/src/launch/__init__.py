"""The part of ROS 2's ``launch`` that ballbot_fusion's launch files use."""

from launch import actions, conditions, event_handlers, events, substitutions
from launch._refuse import missing_attribute
from launch.action import Action
from launch.launch_context import LaunchContext
from launch.launch_description import LaunchDescription
from launch.launch_service import LaunchService
from launch.substitution import Substitution

__all__ = [
    "Action",
    "LaunchContext",
    "LaunchDescription",
    "LaunchService",
    "Substitution",
    "actions",
    "conditions",
    "event_handlers",
    "events",
    "substitutions",
]
__getattr__ = missing_attribute("launch", __all__)
