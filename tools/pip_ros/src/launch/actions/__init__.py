"""What a launch file can have done."""

from launch._refuse import missing_attribute
from launch.actions.declare_launch_argument import DeclareLaunchArgument
from launch.actions.execute_process import ExecuteProcess
from launch.actions.small import (
    EmitEvent,
    LogInfo,
    OpaqueFunction,
    RegisterEventHandler,
    SetEnvironmentVariable,
    Shutdown,
)
from launch.actions.timer_action import TimerAction

__all__ = [
    "DeclareLaunchArgument",
    "EmitEvent",
    "ExecuteProcess",
    "LogInfo",
    "OpaqueFunction",
    "RegisterEventHandler",
    "SetEnvironmentVariable",
    "Shutdown",
    "TimerAction",
]
__getattr__ = missing_attribute(__name__, __all__)
