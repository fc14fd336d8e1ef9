"""What is observed: the spec, on which robot, and the streams that a modality is made of."""

from dataclasses import dataclass, field
from functools import cached_property
from math import inf

from ballbot_fusion.core import velocity_history
from ballbot_fusion.core.cameras import unlike
from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.estimator import Estimator
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.spec import IMAGES, INSTRUCTION, ObservationSpec
from ballbot_fusion.core.synchronizer import Judge
from ballbot_fusion.core.wheel_joints import WheelJoints

IMAGE_SOURCES = {key: Source(Source.CAMERA_0 + camera) for key, (camera, _) in IMAGES.items()}
NEEDED = {
    "orientation": (Source.IMU,),
    "angular_vel": (Source.IMU,),
    "vel": (Source.ENCODERS, Source.IMU),
    velocity_history.KEY: (Source.ENCODERS, Source.IMU),
    "motor_state": (Source.ENCODERS,),
    "actions": (Source.MOTORS,),
    INSTRUCTION: (Source.INSTRUCTION,),
    **{key: (source,) for key, source in IMAGE_SOURCES.items()},
}
"""The streams a modality is made of; it is masked when one of them is. What is not named here
(``command``, ``slope``, ``image_age``) is always known."""
CAN_FAIL = frozenset(NEEDED) - {INSTRUCTION}
"""Modalities that a sensor's failure takes away. An instruction is not there until it is given."""


@dataclass(frozen=True)
class Sensing:
    """The contract of a tick: what is observed, on which robot, within which limits.

    Raises:
        ValueError: an image that the robot's camera cannot give.
    """

    spec: ObservationSpec
    robot: RobotConfig
    limits: CommandLimits = field(default_factory=CommandLimits)
    instruction_lasts_s: float = inf
    """How long an instruction is in force unless another one comes, s."""

    def __post_init__(self) -> None:
        """Refuse depth of a colour camera and colour of a depth camera."""
        if wrong := unlike(self.spec, self.robot):
            raise ValueError(wrong)

    @cached_property
    def history_place(self) -> int | None:
        """Where ``vel_history`` stands in the mask; None for a spec without it."""
        keys = self.spec.keys
        return keys.index(velocity_history.KEY) if velocity_history.KEY in keys else None

    @cached_property
    def stacks(self) -> bool:
        """Whether frames are stacked."""
        return self.spec.frames > 1

    @cached_property
    def judge(self) -> Judge:
        """By what samples are judged."""
        return Judge.of(self.robot)

    @property
    def joints(self) -> WheelJoints:
        """How the drivers have the wheels' joints."""
        return self.judge.joints

    @cached_property
    def estimator(self) -> Estimator:
        """Estimator of this robot."""
        return Estimator.of(self.robot)
