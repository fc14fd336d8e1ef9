"""What the robot does about every fault of a stream: one table for documents, tests and verdicts.

A row says of one fault of one stream how it is noticed, within what time, and what the robot does.
What an operator sees and how it is got over follows from that (reaction.py). docs/faults.md shows
it; the suite ``faults`` holds policies to it.
"""

from ballbot_fusion.core.reactions import cameras, encoders, imu, motors
from ballbot_fusion.core.reactions.policy import POLICY_REACTIONS, PolicyReaction
from ballbot_fusion.core.reactions.reaction import LATCHES, Does, Reaction
from ballbot_fusion.core.reactions.together import TOGETHER, Together
from ballbot_fusion.core.samples import Source

REACTIONS: dict[Source, tuple[Reaction, ...]] = {
    Source.IMU: imu.REACTIONS,
    Source.ENCODERS: encoders.REACTIONS,
    Source.CAMERA_0: cameras.of(Source.CAMERA_0),
    Source.CAMERA_1: cameras.of(Source.CAMERA_1),
    Source.MOTORS: motors.REACTIONS,
}
"""All rows, by stream."""

__all__ = [
    "LATCHES",
    "POLICY_REACTIONS",
    "REACTIONS",
    "TOGETHER",
    "Does",
    "PolicyReaction",
    "Reaction",
    "Together",
]
