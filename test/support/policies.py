"""Policies whose every part has an influence, their contracts, and files of them."""

from functools import cache
from typing import Any

import onnx
import torch

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.deployment.export import to_onnx
from ballbot_fusion.deployment.policy_file import DepthEntry, ModalityEntry, PolicyMetadata
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.policies.table import build

ROBOT = RobotConfig()
_ATTENTION = {"d_model": 16, "heads": 2}
_TOKENS = {**_ATTENTION, "layers": 1, "feed_forward": 32}
SMALL: dict[str, dict[str, Any]] = {
    "shared": {"width": 32},
    "attention": _ATTENTION,
    "language": {**_ATTENTION, "words": 2},
    "transformer": _TOKENS,
    "vit": {**_TOKENS, "camera_layers": 1},
    "hierarchical": {**_TOKENS, "local_heads": 4},
    "early": {"width": 32, "features": 32},
    "decision": {"hidden": [32]},
}
"""Settings that make architectures quick to test; those that are not here are."""
SHORT_KEYS = ("orientation", "vel", "rgbd_0", "rgbd_1", "slope", "command")
"""Something of every kind, and only 64 masks."""
ADDED = {"velocity_history": ("vel_history",)}
"""Modalities that an architecture needs beside those of all others."""
STACKED = {"rgbd_0": "rgbd_stack_0", "rgbd_1": "rgbd_stack_1"}
"""What ``frame_stack`` sees in place of single frames."""


def keys_of(name: str, keys: tuple[str, ...] = DEPLOYED_KEYS) -> tuple[str, ...]:
    """``keys`` as the architecture ``name`` can use them."""
    if name == "frame_stack":
        return tuple(STACKED.get(key, key) for key in keys)
    return (*keys, *ADDED.get(name, ()))


def policy_with_random_parts(
    keys: tuple[str, ...],
    settings: dict[str, Any] | None = None,
    seed: int = 0,
    name: str = "concat",
) -> FusionPolicy:
    """A small policy in evaluation mode in which no embedding, statistic or direct path is zero."""
    torch.manual_seed(seed)
    spec = ObservationSpec.of(keys)
    policy = build(name, spec, SMALL.get(name, {}) | (settings or {}))
    with torch.no_grad():
        for parameter in policy.parameters():
            if not parameter.any():
                parameter.uniform_(-0.5, 0.5)
        for name, buffer in policy.named_buffers():
            if name.endswith(("running_mean", "_mean")):
                buffer.uniform_(-0.2, 0.2)
            elif name.endswith(("running_var", "_std")):
                buffer.uniform_(0.3, 2.0)
    return policy.eval()


def random_batch(spec: ObservationSpec, size: int, seed: int = 0) -> dict[str, torch.Tensor]:
    """A batch of observations, each modality uniform in its range."""
    generator = torch.Generator().manual_seed(seed)
    return {
        entry.key: torch.rand(size, *entry.shape, generator=generator) * (entry.high - entry.low)
        + entry.low
        for entry in spec
    }


def metadata_for(keys: tuple[str, ...], **changes: Any) -> PolicyMetadata:
    """The contract of a policy for the default robot, with fields exchanged."""
    spec = ObservationSpec.of(keys)
    torque = ROBOT.wheels.max_torque
    left, right = (camera.max_range for camera in ROBOT.cameras)
    fields = {
        "name": "test",
        "architecture": "concat",
        "observation_names": spec.keys,
        "modalities": tuple(ModalityEntry.of(entry) for entry in spec),
        "depth": DepthEntry(max_range_m=(left, right)),
        "joint_names": ROBOT.joint_names,
        "action_scale": (torque, torque, torque),
        "control_rate_hz": 200.0,
        "history": spec.frames,
    }
    return PolicyMetadata(**(fields | changes))


@cache
def _exported(keys: tuple[str, ...], name: str) -> bytes:
    policy = policy_with_random_parts(keys, name=name)
    model = to_onnx(policy, metadata_for(keys, state_size=policy.state_size))
    return model.SerializeToString(deterministic=True)


def exported(keys: tuple[str, ...], name: str = "concat") -> onnx.ModelProto:
    """``policy_with_random_parts(keys, name=name)`` as ONNX; made once, a copy for each caller."""
    return onnx.load_model_from_string(_exported(keys, name))
