"""A batch through a policy in training: the cameras of its first samples, the numbers of all."""

import torch
from torch import Tensor
from torch.nn.functional import pad

from ballbot_fusion.policies.policy import FusionPolicy, Tensors


def encoded(
    policy: FusionPolicy, observation: Tensors, rows: int, *, mixed: bool
) -> dict[str, Tensor]:
    """Camera features (rows, F) by key, of the first ``rows`` samples.

    Encoders take most of a step; ``mixed`` computes them in bfloat16, and nothing else: what
    follows is quick, and must tell a hundredth of a torque.
    """
    images = {entry.key: observation[entry.key][:rows] for entry in policy.spec.images}
    with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
        features = policy.encode(images)
    return {key: found.float() for key, found in features.items()}


def padded(features: Tensors, count: int) -> dict[str, Tensor]:
    """Return features (count, F): zeros for the samples whose cameras are not encoded."""
    return {key: pad(found, (0, 0, 0, count - len(found))) for key, found in features.items()}


def fused(
    policy: FusionPolicy, observation: Tensors, features: Tensors, mask: Tensor, rows: int
) -> Tensor:
    """Fused features (B, N) of samples, the first ``rows`` of which have camera ``features``.

    The mask hides the cameras of all others, and where the architecture can do without them, they
    go through it on their own: attention takes its time for tokens that it ignores, too.
    """
    if not policy.does_without or rows >= len(mask):
        return policy.fuse(observation, padded(features, len(mask)), mask)
    vectors = {entry.key: observation[entry.key] for entry in policy.spec.vectors}
    seeing = {key: value[:rows] for key, value in vectors.items()}
    blind = {key: value[rows:] for key, value in vectors.items()}
    return torch.cat(
        [policy.fuse(seeing, features, mask[:rows]), policy.fuse(blind, {}, mask[rows:])]
    )
