"""The trivial task: a saturated linear controller, of a few inputs among many."""

import torch
from torch import Tensor

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.policy import FusionPolicy

SPREAD = {"orientation": 0.025, "angular_vel": 0.08, "vel": 0.2, "motor_state": 0.25}
"""As in training (`ballbot inspect models/concat.onnx`): rad, rad/s, m/s, rad/s / 10. Left alone,
they differ tenfold in size."""
GAINS = {"orientation": 6.8, "angular_vel": 1.3, "vel": 1.8}
"""Unit action per rad, rad/s and m/s, for the wheel that lies in the plane of motion: the LQR's."""
IMAGE_ROWS = 4
"""Samples with frames; the others do without."""
AZIMUTH = torch.tensor([0.0, 2.0, 4.0]) * torch.pi / 3.0


def observe(spec: ObservationSpec, count: int, generator: torch.Generator) -> dict[str, Tensor]:
    """Random observations of about the sizes seen in training."""
    return {
        entry.key: torch.rand(IMAGE_ROWS, *entry.shape, generator=generator)
        if entry.is_image
        else torch.randn(count, *entry.shape, generator=generator) * SPREAD.get(entry.key, 0.1)
        for entry in spec
    }


def teacher(observation: dict[str, Tensor]) -> Tensor:
    """Torque of three wheels, (B, 3): balance and damp in the plane, saturated."""
    lean = torch.stack([observation["orientation"][:, 1], -observation["orientation"][:, 0]], 1)
    rate = torch.stack([observation["angular_vel"][:, 1], -observation["angular_vel"][:, 0]], 1)
    push = (
        GAINS["orientation"] * lean
        + GAINS["angular_vel"] * rate
        + GAINS["vel"] * observation["vel"][:, :2]
    )
    wheels = torch.stack([torch.cos(AZIMUTH), torch.sin(AZIMUTH)])
    return (push @ wheels).clamp(-1.0, 1.0)


def answer(policy: FusionPolicy, observation: dict[str, Tensor], count: int) -> Tensor:
    """Actions with the cameras of the first few samples; the others do without."""
    spec = policy.spec
    mask = torch.ones(count, len(spec))
    features = policy.encode({entry.key: observation[entry.key] for entry in spec.images})
    for entry in spec.images:
        mask[IMAGE_ROWS:, spec.keys.index(entry.key)] = 0.0
        padding = (0, 0, 0, count - IMAGE_ROWS)
        features[entry.key] = torch.nn.functional.pad(features[entry.key], padding)
    return policy.act(observation, features, mask)[0]


def learn(
    policy: FusionPolicy, steps: int, batch: int, rate: float, generator: torch.Generator
) -> None:
    """Fit ``policy`` to the teacher; it is left in evaluation mode."""
    sample = observe(policy.spec, 4096, generator)
    policy.set_input_statistics(
        {
            entry.key: {
                "mean": sample[entry.key].flatten(1).mean(dim=0).tolist(),
                "std": sample[entry.key].flatten(1).std(dim=0).tolist(),
            }
            for entry in policy.spec.vectors
        }
    )
    optimizer = torch.optim.AdamW(policy.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps)
    policy.train()
    for _ in range(steps):
        observation = observe(policy.spec, batch, generator)
        found = answer(policy, observation, batch)
        loss = torch.nn.functional.mse_loss(found, teacher(observation))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    policy.eval()
