"""Parameters of the inference node."""

from pathlib import Path

from pydantic import Field, field_validator

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.nodes.lifecycle import NodeSettings


class InferenceSettings(NodeSettings):
    """Parameters of the inference node."""

    policy: str = "default"
    """Name of a policy in models/, or the path of an .onnx file."""
    policy_folders: tuple[str, ...] = ("",)
    """Folders, by absolute path, that ``policy`` may name files of while the node runs; models/ and
    the policy that it was started with are always allowed. Only given at the start."""
    robot: str = ""
    """Robot file; empty: the robot that config/robot.yaml describes."""
    lockstep: bool = False
    """Follow the bridge's manifests instead of the clock."""
    recorded: bool = False
    """Lockstep: wait for the recorder, too, before the first tick."""
    stamped_command: bool = False
    """cmd_vel is geometry_msgs/TwistStamped instead of Twist."""
    publish_tf: bool = True
    """Say /tf and /tf_static, where tf2_msgs is installed; false where somebody else does."""
    late_share: float = Field(0.2, gt=0.0)
    """A tick is late when it comes this share of a period after its time."""
    instruction_lasts_s: float = Field(86400.0, gt=0.0)
    """How long what was said is in force unless something else is said, s."""
    limits: CommandLimits = CommandLimits()
    """Limits of the commanded velocity."""

    @field_validator("policy_folders")
    @classmethod
    def _absolute(cls, folders: tuple[str, ...]) -> tuple[str, ...]:
        for folder in folders:
            if folder and not Path(folder).is_absolute():
                raise ValueError(f"{folder!r} is no absolute path: write it from / on")
        return tuple(folder for folder in folders if folder)
