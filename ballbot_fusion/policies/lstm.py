"""A recurrent encoder (the seed's option B): what was seen and felt goes through an LSTM (32).

Both cameras' 20 features and all vectors are its input; what it puts out, and the vectors as they
are, are fused: 15 + 32 = 47 features with the seed's modalities. The seed's LSTM reads the camera
alone; but what was seen moves as the robot does, so this one is told of both.

The state (64 numbers: output and cell) is an input and an output of the exported graph. Whoever
runs the policy carries it from step to step, and begins with zeros. A step is as long as in
training: see ``state_every`` in deployment/policy_file.py.
"""

import torch
from pydantic import Field
from torch import Tensor, nn

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies import concat
from ballbot_fusion.policies.headed import HeadedPolicy, make_head, sizes_of
from ballbot_fusion.policies.missing import MissingModalities
from ballbot_fusion.policies.policy import Tensors
from ballbot_fusion.policies.vision_encoder import VisionEncoder

RECALLED = "recalled"
"""Name of what the LSTM puts out, among the fused features."""


class Settings(concat.Settings):
    """Sizes of the concatenation and of the memory."""

    memory: int = Field(32, gt=0)
    """Numbers that the LSTM puts out."""


class Memory(nn.Module):
    """One step of an LSTM (Hochreiter and Schmidhuber, 1997) that remembers to begin with."""

    def __init__(self, inputs: int, size: int) -> None:
        """Read ``inputs`` numbers, put out ``size``."""
        super().__init__()
        self.gates = nn.Linear(inputs + size, 4 * size)
        with torch.no_grad():
            self.gates.bias[:size] += 1.0

    def forward(self, value: Tensor, state: Tensor) -> Tensor:
        """Return the state (B, 2 size), output before cell, that follows ``state``."""
        output, cell = state.chunk(2, dim=1)
        keep, write, show, new = self.gates(torch.cat([value, output], dim=1)).chunk(4, dim=1)
        cell = torch.sigmoid(keep) * cell + torch.sigmoid(write) * torch.tanh(new)
        return torch.cat([torch.sigmoid(show) * torch.tanh(cell), cell], dim=1)


class Policy(HeadedPolicy):
    """Separate encoders, one memory, one head."""

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights."""
        super().__init__(spec, lambda shape: VisionEncoder(shape, settings.image_features))
        sizes = sizes_of(spec, settings.image_features)
        self.missing = MissingModalities(sizes, settings.learned_missing)
        self.memory = Memory(sum(sizes.values()), settings.memory)
        self.state_size = 2 * settings.memory
        vectors = {entry.key: entry.size for entry in spec.vectors}
        self.head = make_head(vectors | {RECALLED: settings.memory}, settings)

    def fuse(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """See FusionPolicy.fuse: as in a first step, before which there is nothing to recall."""
        state = mask.new_zeros(len(mask), self.state_size)
        return self.advance(vectors, features, mask, state)[0]

    def advance(
        self, vectors: Tensors, features: Tensors, mask: Tensor, state: Tensor
    ) -> tuple[Tensor, Tensor]:
        """See FusionPolicy.advance: vectors in the order of the spec, then what is recalled."""
        return self._stepped(self.filled(self.scaled(vectors) | dict(features), mask), state)

    def _stepped(self, parts: Tensors, state: Tensor) -> tuple[Tensor, Tensor]:
        # The empty part serves a spec without vectors.
        felt = [state[:, :0], *(parts[entry.key] for entry in self.spec.vectors)]
        state = self.memory(torch.cat(list(parts.values()), dim=1), state)
        recalled = state[:, : self.state_size // 2]
        return torch.cat([*felt, recalled], dim=1), state

    def unrolled(
        self, vectors: Tensors, features: Tensors, mask: Tensor, state: Tensor, begins: Tensor
    ) -> tuple[Tensor, Tensor]:
        """See FusionPolicy.unrolled; what needs no memory is computed for all steps at once."""
        parts = self.filled(self.scaled(vectors) | dict(features), mask)
        steps = {key: part.unflatten(0, begins.shape) for key, part in parts.items()}
        fused = []
        for step in range(begins.shape[1]):
            state = torch.where(begins[:, step, None], torch.zeros_like(state), state)
            found, state = self._stepped({key: s[:, step] for key, s in steps.items()}, state)
            fused.append(found)
        return torch.stack(fused, dim=1).flatten(0, 1), state
