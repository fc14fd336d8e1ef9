"""Policies run by torch, as most people run them: eager, in inference mode, on one thread."""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from ballbot_fusion.core.spec import Observation
from ballbot_fusion.deployment.bound_session import Array
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.policies.table import build
from ballbot_fusion.training.checkpoint import Checkpoint


def of_checkpoint(path: Path, runtime: PolicyRuntime) -> FusionPolicy | None:
    """Return a checkpoint's policy, None where it is none of ``runtime``'s kind.

    Raises:
        CheckpointError: it cannot be read.
    """
    checkpoint = Checkpoint.load(path)
    settings, metadata = checkpoint.settings, runtime.metadata
    kind = (settings.architecture, tuple(settings.keys))
    if kind != (metadata.architecture, metadata.observation_names):
        return None
    policy = build(settings.architecture, runtime.spec, settings.policy)
    policy.load_state_dict(checkpoint.weights)
    return policy.eval()


def eager(
    policy: FusionPolicy, asked: Sequence[Observation], mask: Array
) -> Callable[[int], object]:
    """Return a call that answers an observation by the whole policy, from and to numpy."""
    torch.set_num_threads(1)

    def call(number: int) -> object:
        observation = asked[number % len(asked)]
        with torch.inference_mode():
            tensors = {key: torch.from_numpy(value)[None] for key, value in observation.items()}
            action, _ = policy(tensors, torch.from_numpy(mask)[None])
            return action[0].numpy()

    return call
