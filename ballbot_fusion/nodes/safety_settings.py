"""Parameters of the safety node."""

from pydantic import Field

from ballbot_fusion.core.estop import EStopSettings
from ballbot_fusion.core.gamepad import GamepadSettings
from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.topic_names import JOINT_STATES, CommandType
from ballbot_fusion.nodes.lifecycle import NodeSettings


class SafetyNodeSettings(NodeSettings):
    """Parameters of the safety node."""

    robot: str = ""
    """Robot file; empty: the robot that config/robot.yaml describes."""
    control_rate: float = Field(200.0, gt=0.0, le=1000.0)
    """Hz; rate of the policy's commands and of the fallback."""
    auto_arm: bool = False
    """Arm by itself as soon as every precondition holds."""
    dry_run: bool = True
    """Compute everything and send zeros to the motors."""
    lockstep: bool = False
    """Follow the bridge's manifests instead of the clock."""
    recorded: bool = False
    """Lockstep: wait for the recorder, too, before the first tick."""
    silence_timeout_s: float = Field(60.0, gt=0.0)
    """Lockstep: how long to wait for a policy that lives and does not answer, s of real time."""
    command_type: CommandType = JOINT_STATES
    """What else goes out than motor_commands, which is a JointState of efforts always, for
    ros2_control's forward controllers, in joint order: float64_multi_array, efforts on motor_array;
    float64_multi_array_velocity, velocities on motor_velocities, see core/velocity_loop.py."""
    limits: SafetySettings = SafetySettings()
    """Limits of the state machine."""
    e_stop: EStopSettings = EStopSettings()
    """The emergency stop button on the topic e_stop."""
    gamepad: GamepadSettings = GamepadSettings()
    """The gamepad on the topic joy."""
