"""What every fusion policy offers to training, export and evaluation."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Self

import torch
from torch import Tensor, nn

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.input_scaling import InputScaling, Statistics

Tensors = Mapping[str, Tensor]
"""Batches by modality key: vectors (B, size) or several of them (B, T, n), images (B, C, H, W)."""


class FusionPolicy(nn.Module, ABC):
    """Observation and mask in, action in [-1, 1] and fused features out.

    ``encode`` is run once per camera frame, ``act`` (``fuse``, then ``decide``) every tick;
    ``forward`` is all of it. In evaluation mode, what the mask hides has no influence on the action
    at all, not even as NaN. (In training mode, batch statistics of a camera see hidden frames too.)
    """

    state_size = 0
    """Numbers of recurrent state; 0: the policy remembers nothing."""
    does_without = False
    """Whether ``fuse`` takes no features of cameras that the mask hides in the whole batch."""
    parity = 1e-5
    """Largest difference between torch and the exported graph; of features above 1, relative."""

    def __init__(self, spec: ObservationSpec) -> None:
        """Remember ``spec``; inputs are not scaled until statistics are set."""
        super().__init__()
        self.spec = spec
        self.scaling = InputScaling(spec)
        self._vision_frozen = False

    def set_input_statistics(self, statistics: Statistics) -> None:
        """Scale vector inputs by the mean and spread seen in training."""
        self.scaling.set_statistics(statistics)

    @abstractmethod
    def encode(self, images: Tensors) -> dict[str, Tensor]:
        """Encode some of the cameras: features (B, F) by image key."""

    @property
    @abstractmethod
    def vision(self) -> nn.Module:
        """Everything that ``encode`` uses, and nothing else."""

    def freeze_vision(self) -> None:
        """Keep the camera encoders as they are, their running statistics included."""
        self._vision_frozen = True
        self.vision.requires_grad_(False)
        self.vision.eval()

    def train(self, mode: bool = True) -> Self:
        """Switch between training and evaluation mode; frozen encoders stay in the latter."""
        super().train(mode)
        if self._vision_frozen:
            self.vision.eval()
        return self

    @abstractmethod
    def fuse(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """Combine what the mask shows into fused features (B, N); arguments as for ``act``."""

    def advance(
        self, vectors: Tensors, features: Tensors, mask: Tensor, state: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Fuse what the mask shows and what is remembered; also return what to remember.

        Args:
            vectors: as for ``act``.
            features: as for ``act``.
            mask: as for ``act``.
            state: (B, state_size) from the last step; zeros when there was none. ``fuse`` is the
                first step.
        """
        return self.fuse(vectors, features, mask), state

    def unrolled(
        self, vectors: Tensors, features: Tensors, mask: Tensor, state: Tensor, begins: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Advance through sequences; return fused features (B * L, N) and the last state (B, S).

        Args:
            vectors: as for ``act``, but (B * L, *shape), sequence after sequence.
            features: the same, (B * L, F).
            mask: the same, (B * L, modalities).
            state: (B, S) before the sequences.
            begins: boolean (B, L): steps that remember nothing of those before.
        """
        raise NotImplementedError(f"{type(self).__module__} has no state to carry.")

    @abstractmethod
    def decide(self, fused: Tensor) -> tuple[Tensor, Tensor]:
        """Turn fused features (B, N) into an action (B, 3) in [-1, 1] and an intent (B, 3).

        The intent is the velocity that the action means to drive: vx, vy [m/s], yaw rate [rad/s].
        """

    def act(self, vectors: Tensors, features: Tensors, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return action (B, 3) and fused features (B, N).

        Args:
            vectors: vector modalities (B, *shape) by key; further keys are ignored.
            features: what ``encode`` made of every camera of the spec.
            mask: (B, modalities), 1 where the modality may be used.
        """
        fused = self.fuse(vectors, features, mask)
        return self.decide(fused)[0], fused

    def forward(self, observation: Tensors, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Encode every camera and act."""
        images = {entry.key: observation[entry.key] for entry in self.spec.images}
        return self.act(observation, self.encode(images), mask)

    def visible(self, mask: Tensor, key: str) -> Tensor:
        """Boolean (B, 1): where the modality ``key`` may be used."""
        column = self.spec.keys.index(key)
        return mask[:, column : column + 1] > 0.5


def masked(visible: Tensor, value: Tensor, instead: Tensor) -> Tensor:
    """Choose ``value`` where visible; a choice, not a product, so that NaN cannot leak."""
    return torch.where(visible, value, instead)
