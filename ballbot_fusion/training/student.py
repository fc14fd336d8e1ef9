"""The network in training, driving: torch, one sample at a time, cameras encoded once per frame."""

import torch

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.policies.table import build
from ballbot_fusion.training.settings import TrainSettings


class Student:
    """A policy in evaluation mode with cached image features."""

    def __init__(self, policy: torch.nn.Module, spec: ObservationSpec) -> None:
        """Drive with ``policy``; it is put in evaluation mode."""
        self._policy = policy.eval()
        self._spec = spec
        self._features: dict[str, torch.Tensor] = {}

    @classmethod
    def of(cls, settings: TrainSettings, weights: dict[str, torch.Tensor]) -> "Student":
        """Build the architecture of ``settings`` with these weights."""
        spec = ObservationSpec.of(settings.keys)
        policy = build(settings.architecture, spec, settings.policy)
        policy.load_state_dict(weights)
        return cls(policy, spec)

    @torch.inference_mode()
    def act(self, result: Tick) -> Vector:
        """Action (3,) in [-1, 1] for one tick."""
        tensors = {key: torch.from_numpy(value)[None] for key, value in result.observation.items()}
        images = {
            entry.key: tensors[entry.key]
            for entry in self._spec.images
            if entry.key in result.fresh or entry.key not in self._features
        }
        if images:
            self._features.update(self._policy.encode(images))
        mask = torch.from_numpy(result.mask)[None]
        action, _ = self._policy.act(tensors, self._features, mask)
        a, b, c = action[0].tolist()
        return (a, b, c)
