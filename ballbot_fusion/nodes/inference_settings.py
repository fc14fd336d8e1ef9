"""Parameters of the inference node."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

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
    cameras: Literal["both", "camera_0", "camera_1", "none"] = "both"
    """Which cameras are listened to; the others are masked, as if they were not there."""
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

    @property
    def used_cameras(self) -> tuple[int, ...]:
        """Numbers of the cameras that are listened to."""
        return {"both": (0, 1), "camera_0": (0,), "camera_1": (1,), "none": ()}[self.cameras]

    @model_validator(mode="after")
    def _both_in_lockstep(self) -> "InferenceSettings":
        if self.lockstep and self.cameras != "both":
            raise ValueError(
                f"cameras is {self.cameras!r}, expected both in lockstep, where the simulation "
                "waits for whoever hears a camera; cover one there with ballbot fault"
            )
        return self

    @field_validator("policy_folders")
    @classmethod
    def _absolute(cls, folders: tuple[str, ...]) -> tuple[str, ...]:
        for folder in folders:
            if folder and not Path(folder).is_absolute():
                raise ValueError(f"{folder!r} is no absolute path: write it from / on")
        return tuple(folder for folder in folders if folder)
