"""The network in training, driving: exported in memory and run as on the robot, without torch.

Torch takes ten times as long for a batch of one.
"""

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.deployment.export import to_onnx
from ballbot_fusion.deployment.policy_file import PolicyMetadata
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.training.settings import TrainSettings


def exported(policy: FusionPolicy, settings: TrainSettings, robot: RobotConfig) -> bytes:
    """Return the policy as it is now, for worker processes to drive with."""
    metadata = PolicyMetadata.of(
        settings.name, settings.architecture, policy.spec, robot, settings.rate_hz,
        state_size=policy.state_size, state_every=settings.rollout.keep_every,
    )  # fmt: skip
    return to_onnx(policy, metadata).SerializeToString(deterministic=True)
