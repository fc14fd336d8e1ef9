"""Balancing controllers are linear with high gains and saturate: a student must learn that."""

import numpy as np
import pytest
import torch
from torch import Tensor

from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.policies.table import ARCHITECTURES, build

SPEC = ObservationSpec.of(DEPLOYED_KEYS)
SPREAD = {"orientation": 0.025, "angular_vel": 0.08, "vel": 0.2, "motor_state": 0.25}
"""As in training (`ballbot inspect models/concat.onnx`): rad, rad/s, m/s, rad/s / 10. Left alone,
they differ tenfold in size."""
GAINS = {"orientation": 6.8, "angular_vel": 1.3, "vel": 1.8}
"""Unit action per rad, rad/s and m/s, for the wheel that lies in the plane of motion: the LQR's."""
BATCH, STEPS, IMAGE_ROWS = 256, 1200, 4
LEARNING_RATE = 1e-2
AZIMUTH = torch.tensor([0.0, 2.0, 4.0]) * torch.pi / 3.0


def observe(count: int, generator: torch.Generator) -> dict[str, Tensor]:
    return {
        entry.key: torch.rand(IMAGE_ROWS, *entry.shape, generator=generator)
        if entry.is_image
        else torch.randn(count, *entry.shape, generator=generator) * SPREAD.get(entry.key, 0.1)
        for entry in SPEC
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
    mask = torch.ones(count, len(SPEC))
    features = policy.encode({entry.key: observation[entry.key] for entry in SPEC.images})
    for entry in SPEC.images:
        mask[IMAGE_ROWS:, SPEC.keys.index(entry.key)] = 0.0
        padding = (0, 0, 0, count - IMAGE_ROWS)
        features[entry.key] = torch.nn.functional.pad(features[entry.key], padding)
    return policy.act(observation, features, mask)[0]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_saturated_linear_teacher_is_learned_in_seconds(name: str) -> None:
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    policy = build(name, SPEC, {})
    sample = observe(4096, generator)
    policy.set_input_statistics(
        {
            entry.key: {
                "mean": sample[entry.key].mean(dim=0).tolist(),
                "std": sample[entry.key].std(dim=0).tolist(),
            }
            for entry in SPEC.vectors
        }
    )
    optimizer = torch.optim.AdamW(policy.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, STEPS)
    policy.train()
    for _ in range(STEPS):
        observation = observe(BATCH, generator)
        found = answer(policy, observation, BATCH)
        loss = torch.nn.functional.mse_loss(found, teacher(observation))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()

    policy.eval()
    held_out = observe(2048, generator)
    with torch.inference_mode():
        error = (answer(policy, held_out, 2048) - teacher(held_out)).numpy()
    labels = teacher(held_out).numpy()
    assert np.abs(labels).max() == 1.0, "the teacher must saturate for this to be a test"
    rms = float(np.sqrt(np.square(error).mean()))
    assert rms < 0.05, f"rms error {rms:.3f}, of labels with rms {labels.std():.3f}"
    # Balancing happens here: near zero the gains themselves must be right.
    small = {key: value * 0.2 if key in SPREAD else value for key, value in held_out.items()}
    with torch.inference_mode():
        slope = answer(policy, small, 2048).numpy()
    wanted = teacher(small).numpy()
    gain = float((slope * wanted).sum() / np.square(wanted).sum())
    assert 0.9 < gain < 1.1, f"gain near zero is {gain:.2f} of the teacher's"
